// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const PANEL = ".o_synkd_run_progress .card";
const TAB = ".o_synkd_queue_tabs .nav-link";

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function see(content, trigger) {
    return {content, trigger};
}

function rowOf(name) {
    return `.o_data_row:contains(${name})`;
}

function openTab(path, name) {
    return [
        click(`Switch to ${name}`, `${TAB}[data-path=${path}]`),
        see(
            `${name} is the current tab`,
            `${TAB}[aria-current=page]:contains(${name})`
        ),
    ];
}

function countOf(path, count) {
    return see(
        `${path} counts ${count}`,
        `${TAB}[data-path=${path}] .badge:contains(/^${count}$/)`
    );
}

function add(name, steps) {
    tours.add(name, {steps});
}

add("synkd_queue_tabs", () => [
    see("The stranger waits", rowOf("Stranger")),
    see(
        "Its reason is in plain words",
        `${rowOf("Stranger")}:contains(has no account)`
    ),
    see("It needs a decision", `${rowOf("Stranger")} .badge.text-bg-warning`),
    see("What was refused is told apart", ".o_data_row .badge.text-bg-danger"),
    countOf("requires-attention", 2),
    countOf("ready-to-post", 1),
    ...openTab("ready-to-post", "Ready to Post"),
    see("One is ready", rowOf("Hope Works")),
    ...openTab("posted-to-books", "Posted"),
    see("Nothing was posted", ".o_nocontent_help:contains(Nothing here was posted)"),
    ...openTab("transaction-queue", "All"),
    see("All three are here", ".o_data_row:eq(2)"),
    ...openTab("requires-attention", "Requires Attention"),
    click("Open the refused one", `${rowOf("Refused")} td[name=number]`),
    see("The banner says it", ".o_form_view .alert-danger:contains(Amount is wrong)"),
    click("Retry", ".o_statusbar_buttons button[name=action_retry]"),
    see("It is ready again", ".o_arrow_button_current:contains(Ready to Post)"),
]);

add("synkd_queue_post_all", () => [
    see("Two wait", ".o_data_row:eq(1)"),
    click("Post All", ".o_control_panel button[name=action_post_all]"),
    see(
        "The panel tells the end",
        `${PANEL}:contains(Posting to the books is complete)`
    ),
    click("Close the panel", `${PANEL} .btn-close`),
    see("Nothing is left", ".o_nocontent_help:contains(Nothing here is ready to post)"),
    countOf("posted-to-books", 2),
    ...openTab("posted-to-books", "Posted"),
    see("The books' number is shown", ".o_data_row td[name=books_number]:contains(BI)"),
    click("Open the document", ".o_data_row:eq(0) button[name=action_view_document]"),
    see(
        "The invoice says that it is posted to the books",
        ".o_form_view button[name=action_view_synkd_transactions]:contains(Posted)"
    ),
    click("Back to the row", "button[name=action_view_synkd_transactions]"),
    see("The row is Posted", ".o_arrow_button_current:contains(Posted)"),
    click("Look at what was sent", ".o_notebook .nav-link[name=sent]"),
    see("One request", "[name=request_line_ids] .o_data_row:contains(In the Books)"),
]);

add("synkd_queue_post_selected", () => [
    click("Select one", ".o_data_row:eq(0) .o_list_record_selector input"),
    click("Post it", ".o_selection_container button[name=action_post]"),
    see(
        "The panel tells the end",
        `${PANEL}:contains(Posting to the books is complete)`
    ),
    click("Close the panel", `${PANEL} .btn-close`),
    see("The other one is left", ".o_list_view:not(:has(.o_data_row:eq(1)))"),
    countOf("posted-to-books", 1),
]);

add("synkd_queue_preview", () => [
    click("Preview", ".o_data_row button[name=action_preview]"),
    see("What happens next is said", ".modal:contains(The next run sends this)"),
    see("The exact payload", ".modal .o_field_widget[name=payload]"),
    click("Close", ".modal-footer button:contains(Close)"),
    see("The list is back", "body:not(:has(.modal)) .o_data_row"),
]);

add("synkd_queue_exclude", () => [
    click("Select it", `${rowOf("Hope Works")} .o_list_record_selector input`),
    click("Hold it back", ".o_selection_container button[name=action_hold]"),
    {
        content: "Say why",
        trigger: ".modal [name=note] input",
        run: "edit Wait for the cheque",
    },
    click("Hold Back", ".modal-footer button[name=action_confirm]:visible"),
    see(
        "It is held back, and says why",
        `body:not(:has(.modal)) ${rowOf("Wait for the cheque")}:contains(Held Back)`
    ),
    click("Release it", `${rowOf("Hope Works")} button[name=action_release]`),
    see("It is ready again", `${rowOf("Hope Works")} .badge:contains(Ready to Post)`),
    click("Open it", `${rowOf("Hope Works")} td[name=number]`),
    click("Exclude", ".o_statusbar_buttons button[name=action_exclude]"),
    {
        content: "Say why",
        trigger: ".modal [name=note] input",
        run: "edit Posted by hand",
    },
    click("Exclude", ".modal-footer button[name=action_confirm]:visible"),
    see(
        "The form says why",
        "body:not(:has(.modal)) .o_form_view .alert:contains(Not posted: Posted by hand)"
    ),
    click("It can come back", ".o_statusbar_buttons button[name=action_include]"),
    see("It is ready again", ".o_arrow_button_current:contains(Ready to Post)"),
]);

add("synkd_queue_resolve", () => [
    see("Two documents of strangers", ".o_data_row:eq(1)"),
    click("Select all", "thead .o_list_record_selector input"),
    click("Resolve them", ".o_selection_container button[name=action_resolve]"),
    see("Both are meant", ".modal [name=scope_text]:contains(2 documents chosen)"),
    click("Answer", ".modal button[name=action_answer_account]:visible"),
    click("Make one", ".modal button[name=action_use_new]:visible"),
    click("Resolve", ".modal-footer button[name=action_confirm]:visible"),
    see(
        "Nothing is left",
        ".o_nocontent_help:contains(Nothing here requires attention)"
    ),
    countOf("ready-to-post", 2),
]);

add("synkd_queue_invoice", () => [
    see("The banner says why", ".o_form_view .alert:contains(has no account customer)"),
    see(
        "The button says where it stands",
        "button[name=action_view_synkd_transactions]:contains(Requires Attention)"
    ),
    click("Follow the banner", ".alert a:contains(Open and resolve)"),
    see("The row is open", ".o_arrow_button_current:contains(Requires Attention)"),
    see("It can be resolved", ".o_statusbar_buttons button[name=action_resolve]"),
]);

add("synkd_queue_reader", () => [
    see("The reader sees what was posted", rowOf("Hope Works")),
    see("Only one tab", `.o_synkd_queue_tabs:not(:has(${TAB}:eq(1)))`),
    see("No button but Open", ".o_data_row:not(:has(button[name=action_preview]))"),
    click("Open the row", `${rowOf("Hope Works")} td[name=number]`),
    see("The books' number", ".o_form_view .o_arrow_button_current:contains(Posted)"),
    see("No payload", ".o_notebook:not(:has(.nav-link[name=sent]))"),
]);

registry.category("web_tour.tours").add("synkd_reset_to_draft", {
    steps: () => [
        {
            content: "Odoo's own button is not there",
            trigger: ".o_form_view:not(:has(button[name=button_draft]:visible))",
        },
        {
            content: "Reset to draft",
            trigger: "button[name=action_synkd_reset_to_draft]",
            run: "click",
        },
        {
            content: "What it means is said",
            trigger: ".modal:contains(changes Odoo only)",
        },
        {
            content: "Ask a manager instead",
            trigger: ".modal-footer button[name=action_ask_manager].btn-primary",
            run: "click",
        },
        {
            content: "Who was asked is said",
            trigger: ".o_notification:contains(was asked)",
        },
        {content: "Closed", trigger: "body:not(:has(.modal))"},
    ],
});
