// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const CONFIRM = ".modal-footer button[name=action_confirm]:visible";

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function type(content, trigger, text) {
    return {content, trigger, run: `edit ${text}`};
}

function status(label) {
    return `.o_statusbar_status .o_arrow_button_current:contains(${label})`;
}

tours.add("synkd_credit_hold", {
    steps: () => [
        {content: "He is active", trigger: status("Active")},
        click("Hold", ".o_statusbar_buttons button:contains(/^Hold$/)"),
        {
            content: "What it means is said",
            trigger: ".modal .o_form_view:contains(quotations and cash sales only)",
        },
        type("Why", ".modal [name=reason] input:visible", "Two cheques were returned"),
        click("Do it", CONFIRM),
        {content: "He is on hold", trigger: status("On Hold")},
        {
            content: "Everybody sees why",
            trigger: ".alert-danger:contains(Two cheques were returned)",
        },
        click("His credit", ".o_notebook .nav-link[name=credit]"),
        {
            content: "The history has it",
            trigger: "[name=customer_status_ids] .o_data_row:contains(Two cheques)",
        },
        click("Release", ".o_statusbar_buttons button:contains(/^Release$/)"),
        type("A comment", ".modal [name=reason] input:visible", "Paid in cash"),
        click("Do it", CONFIRM),
        {content: "He is active again", trigger: status("Active")},
    ],
});

tours.add("synkd_credit_approve", {
    steps: () => [
        click(
            "Who waits",
            ".o_data_row:contains(Zebra Fresh) .o_list_record_selector input"
        ),
        click("Approve", ".o_control_panel button:contains(/^Approve$/)"),
        {
            content: "Who is meant is said",
            trigger: ".modal:contains(Zebra Fresh: everything can be sold from now on)",
        },
        type("A comment", ".modal [name=reason] input:visible", "Seen the shop"),
        click("Do it", CONFIRM),
        {
            content: "Nobody waits",
            trigger:
                "body:not(:has(.modal)):not(:has(.o_data_row:contains(Zebra Fresh)))",
        },
    ],
});

tours.add("synkd_credit_refused", {
    steps: () => [
        {
            content: "The banner says why it will be refused",
            trigger: ".alert-danger:contains(Zebra Late is overdue)",
        },
        click("Confirm", "button[name=action_post]:visible"),
        {
            content: "It is refused, with what to do",
            trigger: ".modal:contains(Allow With a Reason is on the document)",
        },
        click("Understood", ".modal-footer button:visible"),
        {content: "No button helps a clerk", trigger: "body:not(:has(.modal))"},
        {
            content: "Only a credit manager has it",
            trigger:
                ".o_form_view:not(:has(button[name=action_synkd_open_permit]:visible))",
        },
    ],
});

tours.add("synkd_credit_permit", {
    steps: () => [
        click("Allow it", "button[name=action_synkd_open_permit]:visible"),
        {
            content: "In spite of what",
            trigger: ".modal:contains(Zebra Late is overdue)",
        },
        type("Why", ".modal [name=reason] input", "The director agreed"),
        click("Allow", CONFIRM),
        {
            content: "It is a warning now",
            trigger:
                "body:not(:has(.modal)) .alert-warning:contains(Zebra Late is overdue)",
        },
        click("Confirm", "button[name=action_post]:visible"),
        {
            content: "It is posted",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Posted)",
        },
    ],
});

tours.add("synkd_credit_limits", {
    steps: () => [
        click("His credit", ".o_notebook .nav-link[name=credit]"),
        type("A limit", "[name=own_credit_limit] input", "50"),
        click("Save", ".o_form_button_save:visible"),
        {
            content: "What an order would be told",
            trigger:
                ".o_form_saved .alert-warning:contains(above the credit limit of), .o_form_view .alert-warning:contains(above the credit limit of)",
        },
    ],
});
