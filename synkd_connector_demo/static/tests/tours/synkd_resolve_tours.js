// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const DIALOG = ".modal .o_form_view";

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function see(content, trigger) {
    return {content, trigger};
}

function open() {
    return click(
        "Press Resolve",
        ".o_form_view .o_statusbar_buttons button:contains(Resolve)"
    );
}

function told(text) {
    return see("The result is told", `.o_notification:contains(${text})`);
}

function choose(content, cell, text) {
    return [
        click(content, `${DIALOG} ${cell}`),
        {
            content: "Type a part of the name",
            trigger: `${DIALOG} ${cell} input`,
            run: `edit ${text}`,
        },
        click("Choose it", `.o-autocomplete--dropdown-item:contains(${text})`),
    ];
}

function confirm() {
    return click("Resolve", ".modal-footer button[name=action_confirm]:visible");
}

function answer(name) {
    return click("Answer", `${DIALOG} button[name=action_answer_${name}]:visible`);
}

function unanswered() {
    return [
        see(
            "Two plain answers",
            `${DIALOG} button[name=action_answer_counter]:visible`
        ),
        see(
            "Nothing can be confirmed yet",
            ".modal-footer:not(:has(button[name=action_confirm]:visible))"
        ),
    ];
}

function add(name, steps) {
    tours.add(name, {steps});
}

add("synkd_resolve_not_linked", () => [
    open(),
    see("The cause is said", `${DIALOG}:contains(has no account customer)`),
    see(
        "Another document waits for the same",
        `${DIALOG} [name=scope_text]:contains(other waiting documents)`
    ),
    ...unanswered(),
    answer("account"),
    see(
        "Still nothing can be confirmed",
        ".modal-footer:not(:has(button[name=action_confirm]:visible))"
    ),
    see(
        "A candidate with its reason",
        `${DIALOG} [name=candidate_ids]:contains(similar name)`
    ),
    click("Use it", `${DIALOG} [name=candidate_ids] button[name=action_use]`),
    see(
        "It is chosen",
        `${DIALOG} [name=customer_ids] .o_data_row:contains(Stranger Trucks)`
    ),
    confirm(),
    told("Ready to Post now: 2."),
    see(
        "The document is ready",
        ".o_statusbar_status .o_arrow_button_current:contains(Ready)"
    ),
]);

add("synkd_resolve_generic", () => [
    open(),
    ...unanswered(),
    see("Nobody is listed to be made", `${DIALOG}:not(:has(th[data-name=new_name]))`),
    answer("counter"),
    told("Ready to Post now:"),
]);

add("synkd_resolve_lines", () => [
    open(),
    see("The line is named", `${DIALOG} [name=line_ids] .o_data_row:contains(String)`),
    see(
        "No row looks empty",
        `${DIALOG}:not(:has([name=line_ids] tbody tr:not(.o_data_row):visible))`
    ),
    ...choose("Choose its class", "[name=line_ids] td[name=product_class_id]", "Goods"),
    confirm(),
    told("Ready to Post now: 1."),
]);

add("synkd_resolve_mapping", () => [
    open(),
    see(
        "The suggestion has its reason",
        `${DIALOG} [name=need_ids] .o_data_row:contains(rate)`
    ),
    confirm(),
    told("Ready to Post now: 1."),
]);

add("synkd_resolve_closed", () => [
    open(),
    see("The first open day is proposed", `${DIALOG} [name=post_date]`),
    confirm(),
    told("Ready to Post now: 1."),
]);

add("synkd_resolve_held", () => [
    open(),
    click("Release it", `${DIALOG} button[name=action_restore]:visible`),
    told("Ready to Post now: 1."),
]);

add("synkd_resolve_archived", () => [
    open(),
    see("The cause is said", `${DIALOG}:contains(is archived)`),
    click("Restore it", `${DIALOG} button[name=action_restore]:visible`),
    told("Ready to Post now: 1."),
]);

add("synkd_resolve_payment_required", () => [
    open(),
    see("The payment can be taken", ".modal-footer button[name=action_pay]:visible"),
    answer("account"),
    click("Make one", `${DIALOG} button[name=action_use_new]:visible`),
    see("What ends is said", `${DIALOG}:contains(That link ends)`),
    confirm(),
    told("Ready to Post now: 1."),
]);

// An unpaid walk-in from the queue to Ready in four clicks.
add("synkd_resolve_pay", () => [
    click(
        "1: Resolve, in the list",
        ".o_data_row:contains(Stranger) button[name=action_resolve]"
    ),
    ...unanswered(),
    {
        ...answer("counter"),
        content: "2: Counter Sale",
    },
    see("The cause is done", `${DIALOG} .alert-success:contains(Not linked: done)`),
    see(
        "Taking the payment is the one primary button",
        ".modal:has(.o_synkd_resolve):not(:has(.btn-primary:visible:not([name=action_pay])))"
    ),
    see("No class is asked for", `${DIALOG}:not(:has([name=class_id] input:visible))`),
    click(
        "3: Take the payment",
        ".modal-footer button[name=action_pay].btn-primary:visible"
    ),
    click(
        "4: Create it",
        ".modal-footer button[name=action_create_payments]:enabled:visible"
    ),
    see(
        "Back at the queue, where it waits no more",
        ".o_list_view:not(:has(.o_data_row:contains(Stranger))), .o_view_nocontent"
    ),
]);

// What is pressed without looking: Enter, the hotkey of Resolve, the same place again.
add("synkd_resolve_thoughtless", () => [
    open(),
    ...unanswered(),
    {content: "Enter", trigger: DIALOG, run: "press Enter"},
    {content: "Hotkey", trigger: DIALOG, run: "press Alt+q"},
    ...unanswered(),
    answer("account"),
    see(
        "Nothing chosen",
        `${DIALOG} [name=customer_ids] .o_data_row:contains(Choose…)`
    ),
    {content: "Enter", trigger: DIALOG, run: "press Enter"},
    {content: "Hotkey", trigger: DIALOG, run: "press Alt+q"},
    see(
        "Nothing can be confirmed yet",
        ".modal-footer:not(:has(button[name=action_confirm]:visible))"
    ),
    click("Go back", `${DIALOG} button[name=action_answer_none]:visible`),
    ...unanswered(),
    click("Close", ".modal-footer button[special=cancel]:visible"),
    see("Still waiting", "body:not(:has(.modal)) .o_form_view"),
]);

add("synkd_resolve_refused", () => [
    see(
        "The books' words",
        ".o_form_view .alert-danger:contains(The demo books refuse)"
    ),
    click("Try again", ".o_form_view .o_statusbar_buttons button[name=action_retry]"),
    see(
        "It waits for the next run",
        ".o_statusbar_status .o_arrow_button_current:contains(Ready)"
    ),
]);

add("synkd_resolve_refused_customer", () => [
    open(),
    see("The cause is said", `${DIALOG}:contains(refused account customer)`),
    click("Open it", `${DIALOG} button[name=action_view_account_customer]:visible`),
    see("Its own words", ".o_form_view:contains(The demo books refuse customer)"),
]);

add("synkd_resolve_mixed", () => [
    open(),
    see("The cause is said", `${DIALOG}:contains(several account customers)`),
    click("Open it", `${DIALOG} button[name=action_view_document]:visible`),
    see("The payment", ".o_form_view [name=amount_signed], .o_form_view [name=amount]"),
]);

add("synkd_resolve_changed", () => [
    open(),
    see("Both sides", `${DIALOG} [name=difference_ids] .o_data_row:contains(Total)`),
    {
        content: "Say why it may stay",
        trigger: `${DIALOG} [name=note] input`,
        run: "edit Agreed by phone",
    },
    click("Leave it", ".modal-footer button[name=action_leave]"),
    see("It is posted", ".o_statusbar_status .o_arrow_button_current:contains(Posted)"),
]);

add("synkd_resolve_many", () => [
    click("Select all", ".o_list_view thead .o_list_record_selector input"),
    click("Resolve them", ".o_control_panel button[name=action_resolve]"),
    see(
        "Two at once",
        `${DIALOG} [name=customer_ids]:contains(Stranger):contains(Other)`
    ),
    see("The third is next", `${DIALOG}:contains(Comes next: Let me decide)`),
    ...unanswered(),
    answer("account"),
    click("Both are new", `${DIALOG} button[name=action_use_new]:visible`),
    confirm(),
    told("Ready to Post now: 2."),
    see(
        "The dialog says that the first is done",
        `${DIALOG} .alert-success:contains(Not linked: done. Ready to Post now: 2.)`
    ),
    see("The next cause", `${DIALOG}:contains(lets you decide)`),
    answer("account"),
    confirm(),
    see("The list is empty", ".o_list_view:not(:has(.o_data_row)), .o_view_nocontent"),
]);

add("synkd_hold_back", () => [
    click("Hold back", ".o_form_view button[name=action_hold]"),
    {
        content: "Say why",
        trigger: `${DIALOG} [name=note] input`,
        run: "edit Waits for the goods",
    },
    click("Hold it back", ".modal-footer button[name=action_confirm]:visible"),
    see("The reason is shown", ".o_form_view .alert:contains(Waits for the goods)"),
    click("Release", ".o_form_view button[name=action_release]"),
    see("It is ready again", ".o_form_view button[name=action_hold]"),
]);
