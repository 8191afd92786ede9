// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {PartnerLine} from "@point_of_sale/app/screens/partner_list/partner_line/partner_line";
import {PartnerList} from "@point_of_sale/app/screens/partner_list/partner_list";
import {PosOrder} from "@point_of_sale/app/models/pos_order";
import {ResPartner} from "@point_of_sale/app/models/res_partner";
import {_t} from "@web/core/l10n/translation";
import {formatCurrency} from "@web/core/currency";
import {patch} from "@web/core/utils/patch";

// What the server says of a customer: `synkd.till.card`. It is loaded with the
// customer, so that all of this works without a connection, too.
patch(ResPartner.prototype, {
    get searchString() {
        const code = this.synkd_card?.code;
        return code ? `${super.searchString} ${code}` : super.searchString;
    },
});

patch(PartnerList.prototype, {
    getPartners(partners) {
        return super.getPartners(partners.filter((p) => !p.synkd_card?.hidden));
    },
});

patch(PartnerLine.prototype, {
    /**
     * @param {Number} amount in the currency of the books
     * @returns {String}
     */
    formatSynkd(amount) {
        return formatCurrency(amount || 0, this.props.partner.synkd_card.currency);
    },

    /**
     * @returns {String} what the books told last
     */
    get synkdMoney() {
        const {balance, limit, told} = this.props.partner.synkd_card;
        const said = {balance: this.formatSynkd(balance), told};
        return limit
            ? _t("Balance %(balance)s, limit %(limit)s, in the books on %(told)s", {
                  ...said,
                  limit: this.formatSynkd(limit),
              })
            : _t("Balance %(balance)s, in the books on %(told)s", said);
    },
});

patch(PosOrder.prototype, {
    /**
     * Sales that are posted to the customer's own account have an invoice.
     *
     * @param {Object} partner
     */
    setPartner(partner) {
        super.setPartner(partner);
        if (this.synkdWantsInvoice && this.config.canInvoice) {
            this.setToInvoice(true);
        }
    },

    get synkdWantsInvoice() {
        return this.partner_id?.synkd_card?.posting === "account";
    },

    /**
     * @returns {String} why Invoice is ticked
     */
    get synkdWhyInvoice() {
        return _t(
            "Sales to %s are posted to the customer's own account: they have an invoice.",
            this.partner_id.name
        );
    },
});
