// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function see(content, trigger) {
    return {content, trigger};
}

function search(text) {
    return [
        {
            content: `Search for ${text}`,
            trigger: ".o_searchview_input",
            run: `edit ${text}`,
        },
        {
            content: "Search",
            trigger: ".o_searchview_input",
            run: "press Enter",
        },
        see("It is found", `.o_searchview_facet:contains(${text})`),
    ];
}

function select(text) {
    const row = `.o_data_row:contains(${text})`;
    return [
        click(`Select ${text}`, `${row} button[name=action_synkd_select]`),
        see("It is selected", `${row} button[name=action_synkd_unselect]`),
    ];
}

function forget(text) {
    return [
        click(
            "Search for others",
            `.o_searchview_facet:contains(${text}) .o_facet_remove`
        ),
        see(
            "Nothing is searched for",
            `.o_searchview:not(:has(.o_searchview_facet:contains(${text})))`
        ),
    ];
}

tours.add("synkd_data_modify", {
    steps: () => [
        ...search("Anchor"),
        ...select("Anchor Works"),
        ...forget("Anchor"),
        ...search("Pier"),
        ...select("Pier Works"),
        click("What is selected", "button[name=action_synkd_selected]"),
        see("From the first search", ".o_data_row:contains(Anchor Works)"),
        see("From the second search", ".o_data_row:contains(Pier Works)"),
        click("Modify them", "button[name=action_synkd_modify]"),
        see("How many", ".modal [name=preview]:contains(Selected: 2)"),
        click("What to change", ".modal [name=what] input"),
        click("Their category", ".o_select_menu_item:contains(Category)"),
        {
            content: "Which one",
            trigger: ".modal [name=category_id] input",
            run: "edit Trade",
        },
        click("This one", ".o-autocomplete--dropdown-item:contains(Trade)"),
        see(
            "Who gets what",
            ".modal [name=preview]:contains(none → Trade: 2 (Anchor Works, Pier Works))"
        ),
        click("Do it", ".modal-footer button[name=action_confirm]"),
        see("Its progress", ".o_form_view [name=progress]"),
        see("It waits", ".o_arrow_button_current:contains(Under Way)"),
    ],
});

tours.add("synkd_data_merge", {
    steps: () => [
        ...search("Works"),
        ...select("Anchor Works"),
        ...select("Pier Works"),
        click("Merge them", "button[name=action_synkd_merge]"),
        see(
            "The oldest stays",
            ".modal [name=kept_partner_id] input:value(Anchor Works)"
        ),
        see("What moves", ".modal [name=preview]:contains(Pier Works: archived)"),
        click("Do it", ".modal-footer button[name=action_confirm]"),
        click("Undo it", "body:not(:has(.modal)) button[name=action_undo]"),
        click("Yes", ".modal-footer button:contains(Undo)"),
        see("It is told", ".o_notification:contains(All is back where it was)"),
        see("It is undone", ".o_arrow_button_current:contains(Undone)"),
    ],
});

tours.add("synkd_data_merge_accounts", {
    steps: () => [
        ...search("Anchor"),
        ...select("Anchor Works Ltd"),
        click(
            "The other one",
            ".o_data_row button[name=action_synkd_select]:only-child, .o_data_row:not(:contains(Ltd)) button[name=action_synkd_select]"
        ),
        see(
            "Both are selected",
            ".o_list_renderer:not(:has(button[name=action_synkd_select]))"
        ),
        click("Merge them", "button[name=action_synkd_merge]"),
        see("What stays", ".modal [name=preview]:contains(Ext Acc # that stays)"),
        click("Do it", ".modal-footer button[name=action_confirm]"),
        see("What moved", ".o_form_view [name=report]:contains(Anchor Works now: 1)"),
    ],
});
