// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

tours.add("synkd_batch_run", {
    steps: () => [
        {
            content: "The tab of what waits to be billed",
            trigger: ".o_list_view .o_group_header:contains(Hope Works)",
        },
        click("Bill it", "button[name=action_bill]:visible"),
        {
            content: "What is billed up to the end of last month",
            trigger: ".modal [name=line_ids] .o_data_row:contains(345)",
        },
        click("Bill Now", ".modal-footer button[name=action_run]"),
        click("The bill", ".o_list_view .o_data_row td:contains(BILL)"),
        {
            content: "It names its documents",
            trigger:
                ".o_form_view [name=member_ids] .o_data_row:contains(12 Beach Road)",
        },
        click("Take it back", "button[name=action_undo]"),
        click("Sure", ".modal-footer .btn-primary"),
        {
            content: "It is taken back",
            trigger: ".o_statusbar_status:contains(Not Posted)",
        },
    ],
});

tours.add("synkd_batch_alone", {
    steps: () => [
        click("Show them", ".o_list_view .o_group_header:contains(Hope Works)"),
        click(
            "One of them alone",
            ".o_data_row:contains(12 Beach Road) button[name=action_post_alone]"
        ),
        {
            content: "It waits here no longer",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(12 Beach Road)))",
        },
    ],
});
