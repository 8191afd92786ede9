// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

const COUNTERS = [
    "created",
    "linked",
    "changed",
    "unchanged",
    "imported",
    "handed",
    "refused",
    "skipped",
];
const LIVE_STATES = ["waiting", "running", "paused"];

/** A bar below the screen, one line for each ledger: it takes room, and covers nothing. */
export class RunProgressPanel extends Component {
    static template = "synkd_connector.RunProgressPanel";
    static props = {state: Object};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.progress = useService("synkd_run_progress");
        this.state = useState(this.props.state);
    }

    isLive(run) {
        return LIVE_STATES.includes(run.state);
    }

    title(run) {
        if (run.origin === "check") {
            return this.checkTitle(run);
        }
        if (run.content === "documents") {
            return this.postingTitle(run);
        }
        if (run.content === "lists") {
            return this.listsTitle(run);
        }
        const titles = {
            waiting: _t("The synchronisation starts…"),
            running: _t("The synchronisation is running"),
            paused: _t("The synchronisation is paused"),
            done: _t("The synchronisation is complete"),
            attention: _t("The synchronisation is over: some of it waits for a person"),
            failed: _t("The synchronisation stopped"),
        };
        return titles[run.state];
    }

    postingTitle(run) {
        const titles = {
            waiting: _t("Posting to the books starts…"),
            running: _t("Posting to the books…"),
            paused: _t("Posting to the books is paused"),
            done: _t("Posting to the books is complete"),
            attention: _t(
                "Posting to the books is over: some of it waits for a person"
            ),
            failed: _t("Posting to the books stopped"),
        };
        return titles[run.state];
    }

    listsTitle(run) {
        const titles = {
            paused: _t("Reading the lists of the books is paused"),
            done: _t("The lists of the books were read"),
            attention: _t("The lists of the books were read"),
            failed: _t("The lists of the books could not be read"),
        };
        return titles[run.state] || _t("Reading the lists of the books…");
    }

    checkTitle(run) {
        const titles = {
            done: _t("The connection was tested"),
            attention: _t("The connection was tested"),
            failed: _t("The connection does not work"),
        };
        return titles[run.state] || _t("The connection is being tested");
    }

    tone(run) {
        const tones = {
            paused: "warning",
            done: "success",
            attention: "warning",
            failed: "danger",
        };
        return tones[run.state] || "primary";
    }

    icon(run) {
        const icons = {
            paused: "fa-pause-circle",
            done: "fa-check-circle",
            attention: "fa-exclamation-circle",
            failed: "fa-times-circle",
        };
        return icons[run.state] || "fa-refresh";
    }

    /** The run's own sentence, unless it only repeats the title. */
    message(run) {
        const message = (run.message || "").replace(/\.$/, "");
        return message === `${this.title(run)}` ? "" : run.message;
    }

    counts(run) {
        const labels = {
            created: _t("Created"),
            linked: _t("Linked"),
            changed: _t("Changed"),
            unchanged: _t("Unchanged"),
            imported: _t("Imported"),
            handed: _t("In a File"),
            refused: _t("Refused"),
            skipped: _t("Skipped"),
        };
        // What did not happen is not told.
        const shown = COUNTERS.filter((name) => run[name]);
        return shown.map((name) => ({
            name,
            label: labels[name],
            number: run[name],
            tone: name === "refused" ? "text-danger" : "",
        }));
    }

    async openAttention(run) {
        const action = await this.orm.call("synkd.run", "action_view_attention", [
            [run.id],
        ]);
        return this.action.doAction(action);
    }

    openMatch() {
        return this.action.doAction("synkd_connector.synkd_match_action");
    }

    openRun(run) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "synkd.run",
            res_id: run.id,
            views: [[false, "form"]],
        });
    }
}
