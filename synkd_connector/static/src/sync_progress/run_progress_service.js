// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {RunProgressPanel} from "./run_progress_panel";
import {browser} from "@web/core/browser/browser";
import {reactive} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {rpcBus} from "@web/core/network/rpc";

const LIVE_STATES = ["waiting", "running", "paused"];
const FIRST_POLL = 1000;
const NEXT_POLL = 3000;
const LONGEST_POLL = 30000;
// For so long nothing that the user asked for is on its way any more.
const QUIET = 300;
// How long the news stays that all went well.
const FADE = 10000;
const CLOSED = "synkd_runs_closed";
const CLOSED_KEPT = 100;

/**
 * The runs that were closed here, also before a reload: news of them may come again.
 *
 * @returns {Number[]}
 */
function readClosed() {
    try {
        return JSON.parse(browser.localStorage.getItem(CLOSED)) || [];
    } catch {
        return [];
    }
}

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
        const closed = new Set(readClosed());
        let timer = null;
        let delay = FIRST_POLL;
        let reloading = null;
        const asked = new Set();
        rpcBus.addEventListener("RPC:REQUEST", ({detail}) => {
            if (!detail.settings.silent) {
                asked.add(detail.data.id);
            }
        });
        rpcBus.addEventListener("RPC:RESPONSE", ({detail}) => {
            if (asked.delete(detail.data.id) && reloading) {
                reload();
            }
        });

        function live() {
            return state.runs.filter((run) => LIVE_STATES.includes(run.state));
        }

        function schedule() {
            browser.clearTimeout(timer);
            timer = live().length ? browser.setTimeout(poll, delay) : null;
        }

        /** Read the view again, unless a dialog comes of what the user just pressed. */
        function reload() {
            browser.clearTimeout(reloading);
            reloading = browser.setTimeout(async () => {
                reloading = null;
                if (asked.size) {
                    reload();
                } else if (canReload(env)) {
                    await action.restore(action.currentController.jsId);
                }
            }, QUIET);
        }

        /** Show a run in the place of what was told about its ledger before. */
        function show(progress) {
            const others = state.runs.filter((run) => run.ledger !== progress.ledger);
            state.runs = [...others, {...progress}];
            fade(progress);
        }

        function fade(run) {
            const isWell = run.state === "done" && !run.refused && !run.skipped;
            if (isWell) {
                browser.setTimeout(() => close(run.id), FADE);
            }
        }

        function update(progress) {
            const known = state.runs.find((run) => run.id === progress.id);
            const isLive = LIVE_STATES.includes(progress.state);
            if (!known) {
                const isOlder = state.runs.some(
                    (run) => run.ledger === progress.ledger && run.id > progress.id
                );
                if (isLive && !isOlder && !closed.has(progress.id)) {
                    show(progress);
                }
            } else if (LIVE_STATES.includes(known.state)) {
                const isNews = !isLive || progress.state !== known.state;
                Object.assign(known, progress);
                fade(known);
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
            show(progress);
            delay = FIRST_POLL;
            schedule();
        }

        function close(id) {
            closed.add(id);
            const kept = [...new Set([...readClosed(), id])].slice(-CLOSED_KEPT);
            browser.localStorage.setItem(CLOSED, JSON.stringify(kept));
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
