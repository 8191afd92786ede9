// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {RPCError} from "@web/core/network/rpc";
import {_t} from "@web/core/l10n/translation";

/**
 * How are sales to X posted? What can be answered came from the server, which keeps
 * the answer.
 */
export class PostingQuestion extends Component {
    static components = {Dialog};
    static template = "synkd_connector_pos.PostingQuestion";
    static props = {
        answer: Function,
        close: Function,
        fill: Function,
        name: String,
        question: Object,
    };

    setup() {
        const {own, proposed} = this.props.question;
        const first = own.find((each) => each.id === proposed) || own[0];
        this.state = useState({busy: false, error: "", ownId: first?.id || false});
    }

    get title() {
        return _t("How are sales to %s posted?", this.props.name);
    }

    linkText(candidate) {
        return _t("Link to %s", candidate.name);
    }

    sharedText(each) {
        return _t("Paid sales only, under %s", each.target);
    }

    choose(ev) {
        this.state.ownId = Number(ev.target.value);
    }

    link(candidate) {
        return this.give(candidate.posts ? false : this.state.ownId, candidate.id);
    }

    /**
     * Let what is missing be filled in, in the form of the customer; then go on here.
     */
    async fillIn() {
        await this.props.fill();
        this.state.error = "";
    }

    async give(classId, accountId = false) {
        this.state.busy = true;
        try {
            await this.props.answer(classId, accountId);
            this.props.close();
        } catch (error) {
            if (!(error instanceof RPCError)) {
                this.props.close();
                throw error;
            }
            this.state.error = error.data.message;
        } finally {
            this.state.busy = false;
        }
    }
}
