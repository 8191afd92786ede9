// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

tours.add("synkd_delivery_refused", {
    steps: () => [
        {
            content: "Whoever picks the goods sees it",
            trigger: ".alert-danger:contains(Cheque came back)",
        },
        click("Validate", "button[name=button_validate]:visible"),
        {
            content: "It is refused, with what to do",
            trigger: ".modal:contains(Allow With a Reason is on the document)",
        },
        click("Understood", ".modal-footer button:visible"),
        {
            content: "No button helps the store, and the goods are there still",
            trigger:
                "body:not(:has(.modal)):not(:has(button[name=action_synkd_open_permit]:visible)) .o_arrow_button_current:contains(Ready)",
        },
    ],
});

tours.add("synkd_delivery_permit", {
    steps: () => [
        click("Allow it", "button[name=action_synkd_open_permit]:visible"),
        {
            content: "Why",
            trigger: ".modal [name=reason] input",
            run: "edit Paid by courier",
        },
        click("Allow", ".modal-footer button[name=action_confirm]:visible"),
        {
            content: "It is a warning now",
            trigger: "body:not(:has(.modal)) .alert-warning:contains(Cheque came back)",
        },
        click("Validate", "button[name=button_validate]:visible"),
        {
            content: "The goods have left",
            trigger: ".o_arrow_button_current:contains(Done)",
        },
    ],
});
