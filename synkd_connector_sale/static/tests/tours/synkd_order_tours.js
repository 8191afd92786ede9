// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

tours.add("synkd_order_refused", {
    steps: () => [
        {
            content: "The banner says why it will be refused",
            trigger: ".alert-danger:contains(above the credit limit of)",
        },
        click("Confirm", "button[name=action_confirm]:visible"),
        {
            content: "It is refused, with what to do",
            trigger: ".modal:contains(Allow With a Reason is on the document)",
        },
        click("Understood", ".modal-footer button:visible"),
        {
            content: "No button helps a seller, and it is a quotation still",
            trigger:
                "body:not(:has(.modal)):not(:has(button[name=action_synkd_open_permit]:visible)) .o_arrow_button_current:contains(Quotation)",
        },
    ],
});

tours.add("synkd_order_permit", {
    steps: () => [
        click("Allow it", "button[name=action_synkd_open_permit]:visible"),
        {
            content: "In spite of what",
            trigger: ".modal:contains(above the credit limit of)",
        },
        {
            content: "Why",
            trigger: ".modal [name=reason] input",
            run: "edit Half is paid in advance",
        },
        click("Allow", ".modal-footer button[name=action_confirm]:visible"),
        {
            content: "It is a warning now",
            trigger:
                "body:not(:has(.modal)) .alert-warning:contains(above the credit limit of)",
        },
        click("Confirm", "button[name=action_confirm]:visible"),
        {
            content: "It is an order",
            trigger: ".o_arrow_button_current:contains(Sales Order)",
        },
    ],
});
