// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function see(content, trigger) {
    return {content, trigger};
}

tours.add("synkd_manager_candidate", {
    steps: () => [
        click("The cause", ".o_form_view .o_statusbar_buttons [name=action_resolve]"),
        see("What happened", ".modal [name=message]:contains(whether the books have)"),
        see("What was sent", ".modal [name=member_name]:contains(Invoice INV/)"),
        see("What the books have", ".modal [name=line_ids]:contains(115.00)"),
        click("It is this", ".modal .o_data_row button[name=action_pick]"),
        see(
            "The row is settled",
            "body:not(:has(.modal)) .o_arrow_button_current:contains(Posted)"
        ),
    ],
});

tours.add("synkd_manager_go_live", {
    steps: () => [
        click("Go-Live", ".o_statusbar_buttons button[name=action_go_live]"),
        see("What was open", ".modal [name=summary]:contains(Items: 2; customers: 1)"),
        see(
            "By customer",
            ".modal [name=line_ids] .o_data_row:contains(Hope Works):contains(2):contains(230.00)"
        ),
        see(
            "No calendar covers it",
            "body:not(:has(.o_datetime_picker)) .modal [name=start_date]"
        ),
        click("Post it", ".modal [name=opening_choice] [data-value=post]"),
        {
            content: "Against which account",
            trigger: ".modal [name=opening_item_id] input",
            run: "edit Product Sales",
        },
        click("This one", ".o-autocomplete--dropdown-item:contains(Product Sales)"),
        click("Go Live", ".modal-footer button[name=action_confirm]"),
        see(
            "The opening documents are rows of the queue",
            "body:not(:has(.modal)) .o_data_row:eq(1):contains(Hope Works)"
        ),
    ],
});
