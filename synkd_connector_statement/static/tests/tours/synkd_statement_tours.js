// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function tick(name) {
    return click(
        `Tick ${name}`,
        `.o_list_view .o_data_row:contains(${name}) .o_list_record_selector input`
    );
}

const CLOSED = {content: "The dialog is closed", trigger: "body:not(:has(.modal))"};

tours.add("synkd_statement_list", {
    steps: () => [
        tick("Hope Works"),
        tick("Hope North"),
        click("Ask for statements", "button[name=action_synkd_statement]"),
        {
            content: "Two have open items",
            trigger: ".modal [name=statement_count]:contains(2)",
        },
        {
            content: "Who has no address is listed",
            trigger: ".modal [name=without_ids] .o_data_row:contains(Hope North)",
        },
        click("Send the others", ".modal-footer button[name=action_send]"),
        {
            content: "And is named once more",
            trigger: ".o_notification:contains(No e-mail address):contains(Hope North)",
        },
        CLOSED,
    ],
});

tours.add("synkd_statement_form", {
    steps: () => [
        click("Ask for the statement", "button[name=action_synkd_statement]"),
        click(
            "With its sub-customers on it",
            ".modal [name=sub_customers] .o_radio_input[data-value=together]"
        ),
        {
            content: "One statement",
            trigger: ".modal [name=statement_count]:contains(1)",
        },
        click("Send it", ".modal-footer button[name=action_send]"),
        {
            content: "It is in the outgoing mails",
            trigger: ".o_notification:contains(In the outgoing mails)",
        },
        CLOSED,
    ],
});
