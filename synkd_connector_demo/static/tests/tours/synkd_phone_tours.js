// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const PANEL = ".o_synkd_run_progress .card";

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function see(content, trigger) {
    return {content, trigger};
}

/** What is pressed has to be on the screen, whole, without a move to the side. */
function inSight(content, trigger) {
    return {
        content,
        trigger,
        run: ({anchor}) => {
            const {left, right} = anchor.getBoundingClientRect();
            if (left < 0 || right > window.innerWidth) {
                throw new Error(`${content}: it is cut off`);
            }
        },
    };
}

function cardOf(name) {
    return `.o_kanban_record:contains(${name})`;
}

tours.add("synkd_phone_queue", {
    steps: () => [
        see("Why it waits", `${cardOf("Stranger")}:contains(has no account customer)`),
        inSight("Resolve", `${cardOf("Stranger")} button[name=action_resolve]`),
        click("Resolve", `${cardOf("Stranger")} button[name=action_resolve]`),
        inSight("Two answers", ".modal button[name=action_answer_account]"),
        click("Account", ".modal button[name=action_answer_account]:visible"),
        click("Make one", ".modal button[name=action_use_new]:visible"),
        inSight("Resolve", ".modal-footer button[name=action_confirm]:visible"),
        click("Resolve", ".modal-footer button[name=action_confirm]:visible"),
        see("Done", ".o_nocontent_help:contains(Nothing here requires attention)"),
        click("Ready", ".o_synkd_queue_tabs .nav-link[data-path=ready-to-post]"),
        inSight("The current tab", ".o_synkd_queue_tabs [aria-current=page]"),
        inSight("Post", `${cardOf("Stranger")} button[name=action_post]`),
        click("Post", `${cardOf("Stranger")} button[name=action_post]`),
        see("The end", `${PANEL}:contains(Posting to the books is complete)`),
        inSight("The panel is closed", `${PANEL} .btn-close`),
        click("Close the panel", `${PANEL} .btn-close`),
        click("Posted", ".o_synkd_queue_tabs .nav-link[data-path=posted-to-books]"),
        inSight("The current tab", ".o_synkd_queue_tabs [aria-current=page]"),
        see("The books' number", `${cardOf("Stranger")}:contains(BI)`),
    ],
});

tours.add("synkd_phone_customers", {
    steps: () => [
        see("A card", cardOf("Pink Shoes")),
        click("More", ".o_control_panel .o-control-panel-adaptive-dropdown"),
        click("Sync", ".o-dropdown--menu [name=action_synkd_sync]"),
        inSight("Yes", ".modal-footer button[name=action_confirm]:visible"),
        click("By class", ".modal .o_radio_input[data-value=create]"),
        click("Yes", ".modal-footer button[name=action_confirm]:visible"),
        see("The end", `${PANEL}:contains(The synchronisation is complete)`),
    ],
});
