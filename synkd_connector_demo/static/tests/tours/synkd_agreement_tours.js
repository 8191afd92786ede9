// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

tours.add("synkd_agreement_mend", {
    steps: () => [
        click("Compare both sides", "button[name=action_agree]"),
        {
            content: "It says that nothing is written",
            trigger: ".modal:contains(Nothing is written to the books)",
        },
        click("Compare", ".modal-footer button[name=action_confirm]"),
        {
            content: "The run says how it is",
            trigger: ".o_synkd_run_progress:contains(Differences as of)",
        },
        click("To the agreement", "button[name=action_view_agreement]"),
        {
            content: "Both differences are listed",
            trigger: "[name=open_ids] .o_data_row:contains(Not in the Books Any More)",
        },
        click(
            "The one that differs",
            "[name=open_ids] .o_data_row:contains(Differs) td[name=number]"
        ),
        {
            content: "The dates are told",
            trigger: ".modal [name=why]:contains(06/18/2026)",
        },
        click("Leave it", ".modal button[name=action_leave]"),
        {
            content: "Why",
            trigger: ".modal [name=note] input",
            run: "edit As agreed with the bookkeeper",
        },
        click("Leave As It Is", ".modal-footer button[name=action_confirm]"),
        {
            content: "Nothing is to be done any more",
            trigger:
                "[name=open_ids] .o_data_row:contains(Differs):contains(Left As It Is)",
        },
        click("Close it", ".modal .btn-close"),
        click(
            "The one that is missing",
            "[name=open_ids] .o_data_row:contains(Not in the Books Any More) td[name=number]"
        ),
        {
            content: "It says why",
            trigger: ".modal [name=why]:contains(somebody voided or deleted it)",
        },
        click("Send it again", ".modal button[name=action_post_anew]"),
        click("Sure", ".modal:not(:has([name=why])) .modal-footer .btn-primary"),
        {
            content: "The books were asked once more",
            trigger: ".o_synkd_run_progress:contains(Agrees as of)",
        },
        click("To what it says now", "button[name=action_view_last]"),
        {
            content: "It is being put right",
            trigger:
                "[name=open_ids] .o_data_row:contains(Not in the Books Any More):contains(Being Put Right)",
        },
        {
            content: "What was left stays left",
            trigger:
                "[name=open_ids] .o_data_row:contains(Differs):contains(Left As It Is)",
        },
    ],
});

/**
 * Open the difference of a verdict from the agreement's list.
 *
 * @param {String} verdict as the list shows it
 * @param {String} why what the difference says, in part
 * @returns {Array} steps
 */
function openDifference(verdict, why) {
    return [
        click(
            `The one that says ${verdict}`,
            `[name=open_ids] .o_data_row:contains(${verdict}) td[name=account_customer_id]`
        ),
        {content: "It says why", trigger: `.modal [name=why]:contains(${why})`},
    ];
}

/**
 * Look at a difference that a button has dealt with.
 *
 * @param {String} verdict as the list shows it
 * @returns {Object} a step
 */
function isMended(verdict) {
    return {
        content: "It is being put right",
        trigger: `[name=open_ids] .o_data_row:contains(${verdict}):contains(Being Put Right)`,
    };
}

tours.add("synkd_agreement_link", {
    steps: () => [
        ...openDifference("Only in the Books", "somebody entered it there"),
        click("Which document is it", ".modal button[name=action_link]"),
        {
            content: "One of Odoo is like it, and in what",
            trigger: ".modal td[name=alike]:contains(total, customer, date)",
        },
        click("That one", ".modal button[name=action_pick]"),
        isMended("Only in the Books"),
    ],
});

tours.add("synkd_agreement_back", {
    steps: () => [
        click("What was compared", "button[name=action_view_lines]"),
        {
            content: "They are listed",
            trigger: ".o_last_breadcrumb_item:contains(On Both Sides)",
        },
        click("A document", ".o_list_view .o_data_row td[name=number]"),
        {
            content: "Back, as browsers go back",
            trigger: ".o_form_view [name=why]",
            run: () => history.back(),
        },
        {
            content: "Both documents of this agreement are listed",
            trigger: ".o_list_view .o_data_row:nth-child(2)",
        },
        {
            content: "And nothing of an earlier one",
            trigger: ".o_list_view:not(:has(.o_data_row:nth-child(3)))",
        },
    ],
});

tours.add("synkd_agreement_restore", {
    steps: () => [
        ...openDifference("Customer Archived There", "Restore takes it out"),
        click("Restore", ".modal button[name=action_restore]"),
        isMended("Customer Archived There"),
    ],
});

tours.add("synkd_agreement_merge", {
    steps: () => [
        ...openDifference("Customer Archived There", "Merge bills them"),
        click("Merge", ".modal button[name=action_merge]"),
        {
            content: "Who stands for it",
            trigger: ".modal [name=kept_id] input",
            run: "edit Hope & Sons",
        },
        click(
            "This one",
            ".modal .o-autocomplete--dropdown-item:contains(Hope & Sons)"
        ),
        click("What moves", ".modal-footer button:contains(Next)"),
        {
            content: "It says what moves",
            trigger: ".modal [name=preview]:contains(Hope & Sons)",
        },
        click("Merge both", ".modal-footer button:contains(Merge)"),
        {
            content: "What was merged is shown",
            trigger: ".o_form_view [name=report]:contains(billed as)",
        },
        click("Back to the agreement", ".breadcrumb-item a:contains(20)"),
        isMended("Customer Archived There"),
    ],
});

tours.add("synkd_agreement_card", {
    steps: () => [
        {
            content: "Both sides agree, in green",
            trigger:
                ".o_kanban_record [name=action_view_agreement] .text-success:contains(Agrees as of)",
        },
    ],
});

tours.add("synkd_agreement_sums", {
    steps: () => [
        click("The agreement", ".o_list_view .o_data_row td[name=as_of]"),
        {
            content: "Both sides agree",
            trigger: ".alert-success:contains(Both sides agree)",
        },
        click("All of it", "button[name=action_view_lines]"),
        {
            content: "Documents on both sides",
            trigger: ".o_list_view .o_data_row:contains(Agrees)",
        },
        click("Sums", ".o_switch_view.o_pivot"),
        {
            content: "By day and verdict",
            trigger: ".o_pivot table:contains(Agrees)",
        },
        click("A chart", ".o_switch_view.o_graph"),
        {content: "It is drawn", trigger: ".o_graph_renderer canvas"},
        click("Back to the list", ".o_switch_view.o_list"),
        {
            content: "Something that is not there",
            trigger: ".o_searchview_input",
            run: "edit nothing like it",
        },
        {
            content: "Look for it",
            trigger: ".o_searchview_input",
            run: "press Enter",
        },
        {
            content: "An empty list says what to do",
            trigger: ".o_view_nocontent:contains(Take a filter away)",
        },
    ],
});
