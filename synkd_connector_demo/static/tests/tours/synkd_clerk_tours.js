// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function row(name) {
    return `.o_list_view .o_data_row:contains(${name})`;
}

function rowOf(name) {
    return `.modal ${row(name)}`;
}

tours.add("synkd_clerk_link", {
    steps: () => [
        click("Who is billed as it", ".o_notebook .nav-link[name=links]"),
        click("Link several", "button[name=action_link_customers]"),
        {
            content: "Nobody is linked before somebody is chosen",
            trigger: ".modal-footer:not(:has(button[name=action_confirm]:visible))",
        },
        click("Choose", ".modal [name=partner_ids] .o_field_x2many_list_row_add a"),
        click("The free one", `${rowOf("Zebra Free")} .o_list_record_selector input`),
        click("And the other", `${rowOf("Zebra Taken")} .o_list_record_selector input`),
        click("Take them", ".modal-footer .o_select_button:enabled"),
        {
            content: "The one who is billed elsewhere is named",
            trigger: ".modal .alert:contains(Zebra Taken is billed as)",
        },
        click("Move him", ".modal [name=elsewhere] .o_radio_input[data-value=move]"),
        click("Link", ".modal-footer button[name=action_confirm]:visible"),
        {
            content: "Both are linked",
            trigger:
                "body:not(:has(.modal)) [name=link_ids]:contains(Zebra Taken):contains(Zebra Free)",
        },
    ],
});

tours.add("synkd_clerk_archive", {
    steps: () => [
        click("What can be done", ".o_cp_action_menus .dropdown-toggle:has(.fa-cog)"),
        click("Archive", ".o-dropdown-item:contains(Archive)"),
        click("Odoo asks", ".modal-footer .btn-primary"),
        {
            content: "What is left is said",
            trigger: ".modal:contains(which bills nobody else)",
        },
        click("There too", ".modal [name=answer] .o_radio_input[data-value=archive]"),
        click("Do it", ".modal-footer button[name=action_confirm]"),
        {content: "Done", trigger: "body:not(:has(.modal)) .o_form_view"},
    ],
});

tours.add("synkd_clerk_merge", {
    steps: () => [
        click("The one", `${row("Zebra Taken")} .o_list_record_selector input`),
        click("And the other", `${row("Zebra Free")} .o_list_record_selector input`),
        click("What can be done", ".o_cp_action_menus .dropdown-toggle:has(.fa-cog)"),
        click("Merge", ".o-dropdown-item:contains(/^Merge/)"),
        {
            content: "What they are in the books is said",
            trigger:
                ".modal .alert:contains(several customers):contains(Zebra Taken is billed as):contains(Elsewhere Ltd)",
        },
        click("The other goes", ".modal [name=synkd_left] [data-value=archive]"),
        click("Merge", ".modal button[name=action_merge]:visible"),
        {content: "Done", trigger: ".modal:contains(no more contacts to merge)"},
    ],
});

tours.add("synkd_clerk_push_now", {
    steps: () => [
        click("How it is billed", ".o_notebook .nav-link[name=books]"),
        {
            content: "Why the button is not there is said",
            trigger:
                ".o_notebook_content:contains(Save the customer first):not(:has(button[name=action_create_account_customer]:visible))",
        },
        {
            content: "Name it",
            trigger: ".o_field_widget[name=name] input",
            run: "edit Panda Copiers",
        },
        click("Save", ".o_form_button_save"),
        click("Create", "button[name=action_create_account_customer]:visible"),
        click("Save it", ".modal .o_form_button_save"),
        click(
            "Open it",
            "body:not(:has(.modal)) button[name=action_view_account_customer]"
        ),
        click("It need not wait", "button[name=action_push_now]"),
        {
            content: "The end is told",
            trigger: ".o_synkd_run_progress .card[data-state=done]",
        },
        {
            content: "The books have it",
            trigger: ".o_arrow_button_current:contains(In the books)",
        },
    ],
});
