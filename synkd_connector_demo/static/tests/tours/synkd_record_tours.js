// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
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
