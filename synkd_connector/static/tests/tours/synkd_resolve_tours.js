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
    see(
        "A candidate with its reason",
        `${DIALOG} [name=candidate_ids]:contains(similar name)`
    ),
    click("Use it", `${DIALOG} [name=candidate_ids] button[name=action_use]`),
    see(
        "It is chosen",
        `${DIALOG} [name=customer_ids] .o_data_row:contains(Stranger Trucks)`
    ),
    click("Resolve", ".modal-footer button[name=action_confirm]:visible"),
    told("Ready to Post now: 2."),
    see(
        "The document is ready",
        ".o_statusbar_status .o_arrow_button_current:contains(Ready)"
    ),
]);

add("synkd_resolve_generic", () => [
    open(),
    ...choose("Choose the class of walk-ins", "[name=class_id]", "Counter sales"),
    see("Where to", `${DIALOG} [name=target_id]:contains(Counter Sales)`),
    see("Nobody is made", `${DIALOG}:not(:has(th[data-name=new_name]))`),
    click("Resolve", ".modal-footer button[name=action_confirm]:visible"),
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
    click("Resolve", ".modal-footer button[name=action_confirm]:visible"),
    told("Ready to Post now: 1."),
]);

add("synkd_resolve_mapping", () => [
    open(),
    see(
        "The suggestion has its reason",
        `${DIALOG} [name=need_ids] .o_data_row:contains(rate)`
    ),
    click("Resolve", ".modal-footer button[name=action_confirm]:visible"),
    told("Ready to Post now: 1."),
]);

add("synkd_resolve_closed", () => [
    open(),
    see("The first open day is proposed", `${DIALOG} [name=post_date]`),
    click("Resolve", ".modal-footer button[name=action_confirm]:visible"),
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
    see("The payment can be taken", `${DIALOG} button[name=action_pay]:visible`),
    ...choose("Choose a class that bills", "[name=class_id]", "Account"),
    click("Resolve", ".modal-footer button[name=action_confirm]:visible"),
    told("Ready to Post now: 1."),
]);

add("synkd_resolve_pay", () => [
    open(),
    click("Take the payment", `${DIALOG} button[name=action_pay]:visible`),
    click(
        "Create it",
        ".modal-footer button[name=action_create_payments]:enabled:visible"
    ),
    see(
        "Back at the document, which is ready",
        ".o_statusbar_status .o_arrow_button_current:contains(Ready)"
    ),
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
    click("Resolve", ".modal-footer button[name=action_confirm]:visible"),
    told("Ready to Post now: 2."),
    see(
        "The dialog says that the first is done",
        `${DIALOG} .alert-success:contains(Not linked: done. Ready to Post now: 2.)`
    ),
    see("The next cause", `${DIALOG}:contains(lets you decide)`),
    click("Resolve", ".modal-footer button[name=action_confirm]:visible"),
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
