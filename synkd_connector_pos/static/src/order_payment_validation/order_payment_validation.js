// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {AlertDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {ConnectionLostError, RPCError} from "@web/core/network/rpc";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

patch(OrderPaymentValidation.prototype, {
    /**
     * A sale on account is refused here only if the loaded card says so; then the
     * server is asked, since somebody may have allowed it. All others are decided by
     * the server as it gets them: no sale costs one more request.
     *
     * @returns {Promise<Boolean>} whether the sale goes on
     */
    async askBeforeValidation() {
        if ((await super.askBeforeValidation()) === false) {
            return false;
        }
        const {order} = this;
        order.synkd_offline = false;
        const card = order.getPartner()?.synkd_card;
        if (!card?.refused || order.priceIncl <= 0 || !this.synkdOnAccount) {
            return true;
        }
        try {
            const {refused, text} = await this.askSynkdStanding();
            return refused ? await this.refuseSynkdSale(text) : true;
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            return this.tellSynkdRefusal(
                `${card.notice}\n${_t(
                    "There is no connection: this is as the till knows it. Take another way of paying, or wait for the connection."
                )}`
            );
        }
    },

    /**
     * @returns {Number} what of the sale is paid later
     */
    get synkdOnAccount() {
        const later = this.paymentLines.filter(
            (line) => line.payment_method_id.type === "pay_later"
        );
        return later.reduce((sum, line) => sum + line.getAmount(), 0);
    },

    async askSynkdStanding() {
        return await this.pos.data.call("pos.order", "get_synkd_advice", [
            this.pos.config.id,
            this.order.getPartner().id,
            this.synkdOnAccount,
            this.order.uuid,
        ]);
    },

    async refuseSynkdSale(text) {
        await this.saveSynkdDraft();
        return this.tellSynkdRefusal(text);
    },

    tellSynkdRefusal(text) {
        this.pos.dialog.add(AlertDialog, {
            title: _t("This customer cannot have it now"),
            body: text,
        });
        return false;
    },

    async saveSynkdDraft() {
        // As a draft it can be allowed with a reason by who has the right to.
        this.pos.addPendingOrder([this.order.id]);
        await this.pos.syncAllOrders({orders: [this.order]});
    },

    /**
     * What is said of a sale that was let through came back with it.
     */
    async afterOrderValidation() {
        if (this.order.synkd_said) {
            this.pos.notification.add(this.order.synkd_said, {type: "warning"});
        }
        return await super.afterOrderValidation(...arguments);
    },

    /**
     * The connection was lost: the shop goes on selling, and the server marks the sale
     * when it hears of it. Or the server refused: it is saved as a draft.
     *
     * @param {Error} error
     * @returns {Error}
     */
    handleValidationError(error) {
        if (error instanceof ConnectionLostError) {
            this.order.synkd_offline = true;
        }
        const result = super.handleValidationError(error);
        if (error instanceof RPCError && this.order.getPartner()) {
            this.saveSynkdDraft();
        }
        return result;
    },
});
