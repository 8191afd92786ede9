// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {AlertDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {ConnectionLostError} from "@web/core/network/rpc";
import {PosStore} from "@point_of_sale/app/services/pos_store";
import {PostingQuestion} from "./posting_question";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

patch(PosStore.prototype, {
    /**
     * The server asks of what is typed here what the customer's class needs.
     */
    editPartnerContext() {
        return {...super.editPartnerContext(...arguments), synkd_till: this.config.id};
    },

    async editPartner() {
        const partner = await super.editPartner(...arguments);
        this.synkdEdited = partner;
        return partner;
    },

    setPartnerToCurrentOrder(partner) {
        const before = this.getOrder()?.getPartner();
        super.setPartnerToCurrentOrder(partner);
        const card = partner?.synkd_card;
        // Who leaves the list as it is picks nobody.
        const same = partner?.id === before?.id && partner?.id !== this.synkdEdited?.id;
        this.synkdEdited = undefined;
        if (!card || same) {
            return;
        }
        if (card.notice) {
            this.notification.add(card.notice, {type: "warning"});
        }
        if (card.undecided) {
            this.askSynkdPosting(this.getOrder(), partner);
        }
    },

    /**
     * Ask how sales to a customer are posted. Without a connection the question waits.
     *
     * @param {Object} order
     * @param {Object} partner
     */
    async askSynkdPosting(order, partner) {
        if (!this.config.synkd_cashiers_answer) {
            this.tellSynkdPosting(partner);
            return;
        }
        if (this.data.network.offline) {
            return;
        }
        try {
            const question = await this.callSynkd("get_synkd_question", partner);
            if (question.text) {
                this.dialog.add(PostingQuestion, {
                    answer: (...chosen) =>
                        this.answerSynkdPosting(order, partner, chosen),
                    fill: () => this.editPartner(partner),
                    name: partner.name,
                    question,
                });
            }
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
        }
    },

    tellSynkdPosting(partner) {
        this.dialog.add(AlertDialog, {
            title: _t("How are sales to %s posted?", partner.name),
            body: _t(
                "Nobody has decided it yet. Go on with the sale: it waits in the transaction queue, where a person of the books decides."
            ),
        });
    },

    callSynkd(method, partner, ...more) {
        const ids = [[this.config.id], partner.id, ...more];
        return this.data.call("pos.config", method, ids);
    },

    async answerSynkdPosting(order, partner, chosen) {
        await this.callSynkd("action_synkd_answer", partner, ...chosen);
        const [decided] = await this.data.read("res.partner", [partner.id]);
        if (!order.finalized && order.getPartner()?.id === partner.id) {
            order.setPartner(decided);
        }
    },
});
