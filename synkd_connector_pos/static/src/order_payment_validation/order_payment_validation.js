// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {AlertDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {ConnectionLostError} from "@web/core/network/rpc";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

patch(OrderPaymentValidation.prototype, {
    /**
     * Ask the server about the customer before the payment is taken.
     *
     * @returns {Promise<Boolean>} whether the sale goes on
     */
    async askBeforeValidation() {
        if ((await super.askBeforeValidation()) === false) {
            return false;
        }
        const {order} = this;
        if (!order.getPartner() || order.priceIncl <= 0) {
            return true;
        }
        try {
            const {refused, text} = await this.askSynkdStanding();
            order.synkd_offline = false;
            return refused ? await this.refuseSynkdSale(text) : this.saySynkd(text);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            // The shop goes on selling: the server marks it when it hears of it.
            order.synkd_offline = true;
            return true;
        }
    },

    async askSynkdStanding() {
        const later = this.paymentLines.filter(
            (line) => line.payment_method_id.type === "pay_later"
        );
        const amount = later.reduce((sum, line) => sum + line.getAmount(), 0);
        return await this.pos.data.call("pos.order", "get_synkd_advice", [
            this.pos.config.id,
            this.order.getPartner().id,
            amount,
            this.order.uuid,
        ]);
    },

    async refuseSynkdSale(text) {
        // As a draft it can be allowed with a reason by who has the right to.
        this.pos.addPendingOrder([this.order.id]);
        await this.pos.syncAllOrders({orders: [this.order]});
        this.pos.dialog.add(AlertDialog, {
            title: _t("This customer cannot have it now"),
            body: text,
        });
        return false;
    },

    saySynkd(text) {
        if (text) {
            this.pos.notification.add(text, {type: "warning"});
        }
        return true;
    },

    /**
     * The connection was lost after the question: the sale is an offline one.
     *
     * @param {Error} error
     * @returns {Error}
     */
    handleValidationError(error) {
        if (error instanceof ConnectionLostError) {
            this.order.synkd_offline = true;
        }
        return super.handleValidationError(error);
    },
});
