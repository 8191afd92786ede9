// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const PANEL = ".o_synkd_run_progress .card";
const SYNC = ".o_control_panel button[name=action_synkd_sync]";

function rowOf(name) {
    return `.o_data_row:contains(${name})`;
}

function closePanel() {
    return [
        {
            content: "Close the panel",
            trigger: `${PANEL} .btn-close`,
            run: "click",
        },
        {
            content: "The panel is gone",
            trigger: `body:not(:has(${PANEL}))`,
        },
    ];
}

tours.add("synkd_sync_all", {
    steps: () => [
        {
            content: "Nobody is selected: Sync is about the whole list",
            trigger: `.o_list_view:has(${rowOf("Hope Works")})`,
        },
        {
            content: "Press Sync",
            trigger: SYNC,
            run: "click",
        },
        {
            content: "The dialog asks before it writes",
            trigger:
                ".modal p:contains(This action will write data to the accounting system)",
        },
        {
            content: "Both customers have no account customer",
            trigger: ".modal .o_field_widget[name=unlinked_count]:contains(2)",
        },
        {
            content: "Create them in a class",
            trigger: ".modal .o_radio_input[data-value=create]",
            run: "click",
        },
        {
            content: "The dialog counts them, and the counter's account customer",
            trigger: ".modal .o_field_widget[name=new_count]:contains(3)",
        },
        {
            content: "Yes",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The dialog is closed and the panel shows progress",
            trigger: `body:not(:has(.modal)) ${PANEL} .progress`,
        },
        {
            content: "The end is told, with counts",
            trigger: `${PANEL}:contains(The synchronisation is complete) [data-count=created]:contains(3)`,
        },
        {
            content: "The list was read again",
            trigger: `${rowOf("Hope Works")} .badge:contains(In the books)`,
        },
        ...closePanel(),
    ],
});

tours.add("synkd_sync_selection", {
    steps: () => [
        {
            content: "Select one customer",
            trigger: `${rowOf("Hope Works")} .o_list_record_selector input`,
            run: "click",
        },
        {
            content: "Press Sync",
            trigger: `body:has(.o_selection_box) ${SYNC}`,
            run: "click",
        },
        {
            content: "The dialog says that Post Accounts is off",
            trigger: ".modal .alert:contains(Post Accounts is off)",
        },
        {
            content: "Only the selected customer is meant",
            trigger: ".modal .o_field_widget[name=selected_count]:contains(1)",
        },
        {
            content: "Yes",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The panel says that nothing was written",
            trigger: `${PANEL}[data-state=done]:contains(nothing was written to the books)`,
        },
        ...closePanel(),
    ],
});

tours.add("synkd_sync_action_menu", {
    steps: () => [
        {
            content: "Select one customer",
            trigger: `${rowOf("Hope Works")} .o_list_record_selector input`,
            run: "click",
        },
        {
            content: "Open the action menu",
            trigger: ".o_cp_action_menus .dropdown-toggle:contains(Actions)",
            run: "click",
        },
        {
            content: "Sync is among the actions",
            trigger: ".o-dropdown--menu .o-dropdown-item:contains(/^Sync$/)",
            run: "click",
        },
        {
            content: "The dialog is about the selected customer",
            trigger: ".modal .o_field_widget[name=selected_count]:contains(1)",
        },
        {
            content: "What was asked for is the default",
            trigger: ".modal .o_radio_input[data-value=create]:checked",
        },
        {
            content: "Leave it",
            trigger: ".modal .o_radio_input[data-value=leave]",
            run: "click",
        },
        {
            content: "Nothing would happen, so Yes is off",
            trigger:
                ".modal:contains(Nothing would happen):not(:has(button[name=action_confirm]:visible)) .modal-footer button:disabled:contains(Yes)",
        },
        {
            content: "Give it an account customer",
            trigger: ".modal .o_radio_input[data-value=create]",
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The end is told",
            trigger: `${PANEL}[data-state=done] [data-count=created]:contains(1)`,
        },
        ...closePanel(),
    ],
});

tours.add("synkd_sync_site", {
    steps: () => [
        {
            content: "Customers are grouped by class",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "Customer Class",
            trigger: ".o_group_by_menu .o-dropdown-item:contains(Customer Class)",
            run: "click",
        },
        {
            content: "A group",
            trigger: ".o_group_header:contains(None (2))",
        },
        {
            content: "Press Sync",
            trigger: SYNC,
            run: "click",
        },
        {
            content: "Both are meant",
            trigger: ".modal .o_field_widget[name=selected_count]:contains(2)",
        },
        {
            content: "Look for the branch",
            trigger: ".modal .o_field_widget[name=site_id] input",
            run: "edit Pier",
        },
        {
            content: "Choose it",
            trigger: ".o-autocomplete--dropdown-item:contains(Pier)",
            run: "click",
        },
        {
            content: "Only the branch's customer is meant",
            trigger: ".modal .o_field_widget[name=selected_count]:contains(1)",
        },
        {
            content: "Give it an account customer",
            trigger: ".modal .o_radio_input[data-value=create]",
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "The end is told",
            trigger: `${PANEL}[data-state=done] [data-count=created]`,
        },
        ...closePanel(),
    ],
});

tours.add("synkd_request", {
    steps: () => [
        {
            content: "The request says what to do",
            trigger: ".o_form_view .alert:contains(The books cannot tell)",
        },
        {
            content: "They have it",
            trigger: "button[name=action_in_books]",
            run: "click",
        },
        {
            content: "Type how the books call it",
            trigger: ".modal .o_field_widget[name=external_id] input",
            run: "edit D777",
        },
        {
            content: "Say so",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The request is done, and nothing is left to decide",
            trigger:
                ".o_form_view:not(:has(.alert)) .o_arrow_button_current[data-value=done]",
        },
        {
            content: "It notes who said so",
            trigger: ".o_field_widget[name=message]:contains(looked it up on)",
        },
    ],
});

tours.add("synkd_sync_attention", {
    steps: () => [
        {
            content: "Press Sync",
            trigger: SYNC,
            run: "click",
        },
        {
            content: "Yes",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "One was refused",
            trigger: `${PANEL}[data-state=attention] [data-count=refused]:contains(1)`,
        },
        {
            content: "Open what requires attention",
            trigger: `${PANEL} .o_synkd_attention`,
            run: "click",
        },
        {
            content: "Open the refused account customer",
            trigger: `${rowOf("Panda Copiers")} td[name=name]`,
            run: "click",
        },
        {
            content: "Its banner says what the books said",
            trigger: ".o_form_view .alert:contains(refuse)",
        },
        {
            content: "Preview shows what would be sent",
            trigger: "button[name=action_preview]",
            run: "click",
        },
        {
            content: "The payload is shown",
            trigger: ".modal:contains(This waits for a person)",
        },
        {
            content: "Close",
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            content: "Retry",
            trigger: "body:not(:has(.modal)) button[name=action_retry]",
            run: "click",
        },
        {
            content: "It waits for the next run",
            trigger: ".o_arrow_button_current:contains(Waiting)",
        },
        ...closePanel(),
    ],
});

tours.add("synkd_create_and_link", {
    steps: () => [
        {
            content: "Open the page about the books",
            trigger: ".nav-link[name=books]",
            run: "click",
        },
        {
            content: "Ask how documents are posted",
            trigger: "button[name=action_synkd_why]",
            run: "click",
        },
        {
            content: "There is no account customer yet",
            trigger: ".o_notification:contains(Hope Works has no account customer)",
        },
        {
            content: "Close the answer",
            trigger: ".o_notification_close",
            run: "click",
        },
        {
            content: "Create one",
            trigger: "button[name=action_create_account_customer]",
            run: "click",
        },
        {
            content: "It is prefilled",
            trigger: ".modal .o_field_widget[name=email] input:value(hope@example.com)",
        },
        {
            content: "Save it",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The customer is linked",
            trigger:
                ".o_field_widget[name=account_customer_id] input:value(Hope Works)",
        },
        {
            content: "Ask again how documents are posted",
            trigger: "body:not(:has(.modal)) button[name=action_synkd_why]",
            run: "click",
        },
        {
            content: "They are posted to the new account customer",
            trigger: ".o_notification:contains(are posted to account customer)",
        },
        {
            content: "Close the answer",
            trigger: ".o_notification_close",
            run: "click",
        },
        {
            content: "Unlink",
            trigger: "button[name=action_unlink_customer]",
            run: "click",
        },
        {
            content: "The dialog says what this means",
            trigger: ".modal:contains(is not billed as)",
        },
        {
            content: "Unlink in the dialog",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "An account customer can be created again",
            trigger:
                "body:not(:has(.modal)) button[name=action_create_account_customer]",
        },
        {
            content: "The history stays",
            trigger: ".o_field_widget[name=customer_link_ids] .o_data_row.text-muted",
        },
    ],
});

tours.add("synkd_match", {
    steps: () => [
        {
            content: "Accept one match",
            trigger: `${rowOf("Hope Works")} button[name=action_accept]`,
            run: "click",
        },
        {
            content: "It is settled",
            trigger: `.o_list_view:not(:has(${rowOf("Hope Works")}))`,
        },
        {
            content: "Decline one match",
            trigger: `${rowOf("Pink Shoes")} button[name=action_decline]`,
            run: "click",
        },
        {
            content: "It is settled",
            trigger: `.o_list_view:not(:has(${rowOf("Pink Shoes")}))`,
        },
        {
            content: "Select all others",
            trigger: "thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Accept them together",
            trigger: ".o_control_panel button[name=action_accept]",
            run: "click",
        },
        {
            content: "Nothing is left",
            trigger: ".o_nocontent_help:contains(Nothing here to match)",
        },
    ],
});

tours.add("synkd_class", {
    steps: () => [
        {
            content: "Name the class",
            trigger: ".o_field_widget[name=name] :is(input, textarea)",
            run: "edit Walk-in",
        },
        {
            content: "It posts to a generic account customer",
            trigger: ".o_radio_input[data-value=generic]",
            run: "click",
        },
        {
            content: "Save without a target",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "A sentence says what is missing",
            trigger: ".modal .modal-body:contains(Choose the generic account customer)",
        },
        {
            content: "Close it",
            trigger: ".modal .modal-footer button",
            run: "click",
        },
        {
            content: "Look for the target",
            trigger: ".o_field_widget[name=generic_account_customer_id] input",
            run: "edit Counter",
        },
        {
            content: "Choose the target",
            trigger: ".ui-menu-item a:contains(Counter Sales)",
            run: "click",
        },
        ...stepUtils.saveForm(),
    ],
});

tours.add("synkd_conflict", {
    steps: () => [
        {
            content: "The banner says that both sides changed",
            trigger: ".o_form_view .alert:contains(changed here and in the books)",
        },
        {
            content: "Resolve",
            trigger: "button[name=action_resolve_conflict]",
            run: "click",
        },
        {
            content: "Both sides are shown",
            trigger: ".modal .o_data_row:contains(031 111 2222):contains(031 999 0000)",
        },
        {
            content: "Take the books' values",
            trigger: ".modal button[name=action_take_theirs]",
            run: "click",
        },
        {
            content: "The books' value is taken over",
            trigger: ".o_field_widget[name=phone] input:value(031 999 0000)",
        },
    ],
});

tours.add("synkd_ledger", {
    steps: () => [
        {
            content: "Run from the card",
            trigger: ".o_kanban_record button[name=action_run_now]",
            run: "click",
        },
        {
            content: "The panel tells that the books are offline",
            trigger: `${PANEL}[data-state=paused]:contains(offline)`,
        },
        {
            content: "The card shows it too",
            trigger: ".o_kanban_record .badge:contains(Paused)",
        },
        {
            content: "Open the run",
            trigger: `${PANEL} .o_synkd_run`,
            run: "click",
        },
        {
            content: "The run explains itself",
            trigger:
                ".o_form_view:contains(offline) .o_arrow_button_current:contains(Paused)",
        },
        ...closePanel(),
    ],
});
