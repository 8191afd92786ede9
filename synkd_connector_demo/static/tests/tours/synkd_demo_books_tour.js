// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const LIST = ".o_list_view";

function rowOf(name) {
    return `.o_data_row:contains(${name})`;
}

registry.category("web_tour.tours").add("synkd_demo_books", {
    steps: () => [
        {
            content: "The ledger leads to its books",
            trigger: "button[name=action_view_books]",
            run: "click",
        },
        {
            content: "Nobody is selected: the documents of all customers",
            trigger: `${LIST}:has(${rowOf("Hope Works")}) button[name=action_view_documents]`,
            run: "click",
        },
        {
            content: "What is partly paid is open",
            trigger: `${LIST} ${rowOf("INV/1")}:contains(65.00) .badge:contains(Open)`,
        },
        {
            content: "What was voided says so",
            trigger: `${LIST} ${rowOf("INV/2")} .badge:contains(Void)`,
        },
        {
            content: "Open the invoice",
            trigger: `${rowOf("INV/1")} td[name=sent_number]`,
            run: "click",
        },
        {
            content: "Its lines are listed",
            trigger: ".o_form_view .o_data_row:contains(Blue widget):contains(T15)",
        },
        {
            content: "Its total and what is open",
            trigger:
                ".o_form_view:has(.o_field_widget[name=total]:contains(115.00))" +
                " .o_field_widget[name=outstanding]:contains(65.00)",
        },
        {
            content: "What settles it",
            trigger: ".o_notebook a[name=settled]",
            run: "click",
        },
        {
            content: "is the payment; the customer is one click away",
            trigger: ".o_form_view:has(.o_data_row:contains(BP)) .breadcrumb",
        },
        {
            content: "Back to the customers",
            trigger: ".o_breadcrumb a:contains(Customers), .o_back_button",
            run: "click",
        },
        {
            content: "The way back is there",
            trigger: LIST,
        },
    ],
});

registry.category("web_tour.tours").add("synkd_demo_lists", {
    steps: () => [
        {
            content: "The lists that documents are mapped to",
            trigger: `${LIST} ${rowOf("SHOP")}`,
        },
        {
            content: "The bookkeeper renames an item",
            trigger: `${rowOf("SHOP")} td[name=name]`,
            run: "click",
        },
        {
            content: "in place",
            trigger: ".o_selected_row td[name=name] input",
            run: "edit Counter Sales",
        },
        {
            content: "and saves it",
            trigger: ".o_list_button_save",
            run: "click",
        },
        {
            content: "The item has its new name",
            trigger: `${LIST}:not(:has(.o_selected_row)) ${rowOf("Counter Sales")}`,
        },
    ],
});
