// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function rowOf(name) {
    return `.modal .o_list_view .o_data_row:contains(${name})`;
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
        click("What can be done", ".o_cp_action_menus button.dropdown-toggle"),
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
