// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {inputFiles} from "@web/../tests/utils";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const OPTION = ".o-autocomplete--dropdown-item";

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function see(content, trigger) {
    return {content, trigger};
}

function type(content, trigger, text) {
    return {content, trigger, run: `edit ${text}`};
}

tours.add("synkd_record_create", {
    steps: () => [
        type("Its name", ".o_field_widget[name=name] input", "Anchor Works"),
        click("What customers have", ".nav-link[name=customer_record]"),
        type(
            "Its category",
            ".o_field_widget[name=customer_category_id] input",
            "Trade"
        ),
        click("This one", `${OPTION}:contains(Trade)`),
        type("Whom to ask for", "[name=contact_name] input", "Anne"),
        click("Save", ".o_form_button_save"),
        see("What is missing", ".alert:contains(Missing):contains(Currency)"),
        click("A number", "button[name=action_generate_tracking]"),
        see("It has one", "[name=tracking_number] input:value(T000001)"),
        click("The books", ".nav-link[name=books]"),
        click("An account customer", "button[name=action_create_account_customer]"),
        see(
            "Not yet, and why",
            ".modal:contains(Anchor Works is incomplete):contains(Missing: Currency)"
        ),
        click("Close it", ".modal-footer button:contains(Close)"),
        click("What customers have", ".nav-link[name=customer_record]"),
        type("Its currency", "[name=customer_currency_id] input", "ZAR"),
        click("Rand", `${OPTION}:contains(ZAR)`),
        click("Save", ".o_form_button_save"),
        see("Nothing is missing", ".o_form_view:not(:has(.alert:contains(Missing)))"),
        click("The books", ".nav-link[name=books]"),
        click("An account customer", "button[name=action_create_account_customer]"),
        see("It opens", ".modal [name=name] input:value(Anchor Works)"),
        click("Discard", ".modal .btn-close"),
        see("Back on the customer", "body:not(:has(.modal)) .o_form_saved"),
    ],
});

tours.add("synkd_record_sub_customer", {
    steps: () => [
        click("Its branches", ".nav-link[name=sub_customers]"),
        click("One more", "button[name=action_add_sub_customer]"),
        see("Below whom", "[name=parent_id] input:value(Hope Works)"),
        type("Its name", ".o_field_widget[name=name] input", "Hope Harbour"),
        click("What customers have", ".nav-link[name=customer_record]"),
        see("As the main customer", "[name=customer_category_id] input:value(Trade)"),
        type("Its number", "[name=sub_account_code] input", "HOP-01"),
        click("Save", ".o_form_button_save"),
        see("It is saved", ".o_form_saved"),
        click("The family", "button[name=action_view_family]"),
        see("The main customer", ".o_hierarchy_node:contains(Hope Works)"),
        see("The new one", ".o_hierarchy_node:contains(HOP-01)"),
    ],
});

tours.add("synkd_category_apply", {
    steps: () => [
        see("The values from before", ".alert:contains(values from before)"),
        click("Apply", ".o_statusbar_buttons button[name=action_apply]:visible"),
        see("Who took theirs", ".modal .o_data_row:contains(Hope Works)"),
        see("How many", ".modal [name=summary]:contains(change: 1 of 2)"),
        click("Do it", ".modal-footer button[name=action_confirm]"),
        click("What was done", "body:not(:has(.modal)) .nav-link[name=applied]"),
        see(
            "It waits for the cron",
            "[name=change_ids] .o_data_row:contains(Under Way)"
        ),
    ],
});

const FILE = ".o_control_panel input[type=file]";

/**
 * Upload a file of three customers.
 *
 * @param {String} category of the third one
 */
async function upload(category) {
    const rows = [
        "Customer,Category,Tracking #",
        "Anchor Works,Trade,T-1",
        "Bridge Foundry,Trade,T-2",
        `Canal Mills,${category},T-3`,
    ];
    await inputFiles(FILE, [
        new File([rows.join("\n")], "customers.csv", {type: "text/csv"}),
    ]);
}

tours.add("synkd_record_import", {
    steps: () => [
        click("The menu", ".o_cp_action_menus button:has(.fa-cog)"),
        click("Import", ".o_import_menu"),
        {
            content: "There are templates",
            trigger: ".o_import_action a:contains(Sub-Customers)",
        },
        {
            content: "A file with one bad row",
            trigger: ".o_control_panel button:contains(Upload Data File)",
            run: () => upload("Wholsale"),
        },
        {
            content: "Columns are known by the clerks' names",
            trigger: ".o_import_data_content tr:contains(Tracking #)",
        },
        click("Test", ".o_control_panel button:contains(/^Test$/)"),
        {
            content: "The bad one is named, in words",
            trigger: ".o_import_data_content tr:contains(Category):contains(Wholsale)",
        },
        {
            content: "The mended file",
            trigger: ".o_control_panel button:contains(Load Data File)",
            run: () => upload("Trade"),
        },
        {
            content: "Nothing is said of it",
            trigger: ".o_import_data_content:not(:contains(Wholsale))",
        },
        click("Test", ".o_control_panel button:contains(/^Test$/)"),
        {
            content: "It is good",
            trigger: ".o_import_data_content:contains(Everything seems valid)",
        },
        click("Import", ".o_control_panel button:contains(/^Import$/)"),
        {
            content: "There they are",
            trigger: ".o_list_view .o_data_row:contains(Canal Mills)",
        },
    ],
});
