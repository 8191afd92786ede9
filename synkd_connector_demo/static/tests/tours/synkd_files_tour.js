// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

const OUTCOME = ".modal .o_selected_row [name=outcome]";

tours.add("synkd_files", {
    steps: () => [
        {
            content: "The list says where it is",
            trigger: ".o_data_row [name=reason_text]:contains(It is in file documents)",
        },
        click("Open the file", ".o_data_row button[name=action_view_file]"),
        {
            content: "The file can be downloaded",
            trigger:
                ".o_field_many2many_binary a[href*='download=true']:contains(documents)",
        },
        click("What became of each", "button[name=action_tell_members]"),
        {
            content: "The member has customer and amount",
            trigger:
                ".modal .o_data_row [name=name]:contains(Hope Works):contains(115.00)",
        },
        click("Say it of the first", ".modal .o_data_row:first [name=outcome]"),
        click("Open the choices", `${OUTCOME} input, ${OUTCOME} select`),
        click("Refused", ".o_select_menu_item:contains(Refused)"),
        {
            content: "The books' reason",
            trigger: ".modal .o_selected_row [name=reason] input",
            run: "edit Period 3 is closed",
        },
        click("Confirm", ".modal-footer button[name=action_confirm]"),
        {
            content: "One of them waits on",
            trigger:
                "body:not(:has(.modal)) [name=line_ids] .o_data_row:contains(Refused):contains(Period 3 is closed)",
        },
        click("The others were imported", "button[name=action_all_imported]"),
        click("Yes", ".modal-footer .btn-primary:contains(All Imported)"),
        {
            content: "All is said",
            trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Done)",
        },
    ],
});
