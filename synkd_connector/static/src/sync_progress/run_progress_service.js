// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {RunProgressPanel} from "./run_progress_panel";
import {browser} from "@web/core/browser/browser";
import {reactive} from "@odoo/owl";
import {registry} from "@web/core/registry";

const LIVE_STATES = ["waiting", "running", "paused"];
const FIRST_POLL = 1000;
const NEXT_POLL = 3000;
const LONGEST_POLL = 30000;

/**
 * Whether the current view can be read again without a loss: nothing that is typed or
 * ticked may go.
 *
 * @param {Object} env
 * @returns {Boolean}
 */
function canReload(env) {
    const view = env.services.action.currentController?.view;
    const dirty =
        ".o_form_editable .o_form_status_indicator_buttons:not(.invisible)," +
        ".o_list_view .o_selected_row, .o_selection_box, .o_dialog";
    return (
        ["list", "kanban", "form"].includes(view?.type) &&
        !document.querySelector(dirty)
    );
}

/**
 * Knows the runs that the user watches. News comes over the bus; as a safety net live
 * runs are asked for by and by, until they end.
 */
export const runProgressService = {
    dependencies: ["action", "bus_service", "orm"],

    start(env, {action, bus_service, orm}) {
        const state = reactive({runs: []});
        const closed = new Set();
        let timer = null;
        let delay = FIRST_POLL;

        function live() {
            return state.runs.filter((run) => LIVE_STATES.includes(run.state));
        }

        function schedule() {
            browser.clearTimeout(timer);
            timer = live().length ? browser.setTimeout(poll, delay) : null;
        }

        async function reload() {
            if (canReload(env)) {
                await action.restore(action.currentController.jsId);
            }
        }

        function update(progress) {
            const known = state.runs.find((run) => run.id === progress.id);
            const isLive = LIVE_STATES.includes(progress.state);
            if (!known) {
                if (isLive && !closed.has(progress.id)) {
                    state.runs.push({...progress});
                }
            } else if (LIVE_STATES.includes(known.state)) {
                const isNews = !isLive || progress.state !== known.state;
                Object.assign(known, progress);
                if (isNews && progress.state !== "running") {
                    reload();
                }
            }
        }

        async function poll() {
            const ids = live().map((run) => run.id);
            try {
                const answers = await orm.silent.call("synkd.run", "get_progress", [
                    ids,
                ]);
                answers.forEach(update);
                delay = NEXT_POLL;
            } catch {
                // The server restarts, or the run is gone: ask less and less often.
                delay = Math.min(2 * delay, LONGEST_POLL);
            }
            schedule();
        }

        function watch(progress) {
            closed.delete(progress.id);
            state.runs = state.runs.filter(
                (run) =>
                    LIVE_STATES.includes(run.state) || run.ledger !== progress.ledger
            );
            if (!state.runs.some((run) => run.id === progress.id)) {
                state.runs.push({...progress});
            }
            delay = FIRST_POLL;
            schedule();
        }

        function close(id) {
            closed.add(id);
            state.runs = state.runs.filter((run) => run.id !== id);
            schedule();
        }

        bus_service.subscribe("synkd_run", (progress) => {
            update(progress);
            if (!timer) {
                schedule();
            }
        });
        bus_service.start();

        registry
            .category("main_components")
            .add("synkd_run_progress", {Component: RunProgressPanel, props: {state}});
        return {close, state, watch};
    },
};

registry.category("services").add("synkd_run_progress", runProgressService);

/**
 * Client action that a button returns: closes its dialog and shows the panel.
 *
 * @param {Object} env
 * @param {Object} action its params are what `get_progress` returns.
 * @returns {Object} the action that closes the dialog.
 */
function watchRun(env, action) {
    env.services.synkd_run_progress.watch(action.params);
    return {type: "ir.actions.act_window_close"};
}

registry.category("actions").add("synkd_watch_run", watchRun);
