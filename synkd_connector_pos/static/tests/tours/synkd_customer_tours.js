// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as OfflineUtil from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as PartnerList from "@point_of_sale/../tests/pos/tours/utils/partner_list_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const ROW = ".partner-list .partner-info:contains(Hope Works)";
const QUESTION = ".modal:has(.o_synkd_question)";
const GONE = {
    content: "The question is answered",
    trigger: "body:not(:has(.o_synkd_question))",
};

function add(name, ...steps) {
    tours.add(name, {
        steps: () =>
            [
                {
                    content: "The terminal has loaded, also on a busy machine",
                    trigger: ".pos-rightheader button:has(.fa-bars)",
                    timeout: 60000,
                },
                Chrome.clickBtn("Open Register"),
                ProductScreen.clickDisplayedProduct("Glue"),
                ProductScreen.clickPartnerButton(),
                ...steps,
            ].flat(Infinity),
    });
}

function look(content, trigger) {
    return {content, trigger};
}

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function type(field, text) {
    return {
        content: `Type the ${field}`,
        trigger: `.o_dialog .o_form_view [name=${field}] input, .o_dialog .o_form_view [name=${field}] textarea`,
        run: `edit ${text}`,
    };
}

function search(text) {
    const typed = PartnerList.searchCustomerValue(text, true);
    // Whoever is found need not have it in his name.
    return typed.slice(0, -1);
}

function soldForCash() {
    return [
        PaymentScreen.clickPaymentMethod("Cash"),
        PaymentScreen.clickValidate(),
        {
            content: "The sale is saved, also on a busy machine",
            trigger: ".receipt-screen .pos-receipt",
            timeout: 60000,
        },
    ];
}

add(
    "synkd_card",
    look(
        "Ext Acc # and class",
        `${ROW} .o_synkd_card:contains(HOP001):contains(Account)`
    ),
    look("The hold, and until when", `${ROW} .badge:contains(On hold):contains(until)`),
    look("Overdue", `${ROW} .badge:contains(Overdue):contains(250.00)`),
    look(
        "What the books told",
        `${ROW} .o_synkd_card:contains(Balance):contains(900.00):contains(1,000.00)`
    ),
    look(
        "Whom his class hides is not here",
        ".partner-list:not(:has(.partner-info:contains(Hidden Traders)))"
    ),
    PartnerList.searchCustomerValue("HOP001"),
    look("He is found by Ext Acc #", `${ROW}:nth-child(1)`),
    search("FAR777"),
    look(
        "One who is not loaded is found by it, too",
        ".partner-list .partner-info:contains(Far Away):contains(FAR777)"
    ),
    click("He is picked", ".partner-list .partner-info:contains(Far Away)"),
    ProductScreen.customerIsSelected("Far Away"),
    ProductScreen.clickPartnerButton(),
    PartnerList.clickPartner("Hope Works"),
    look(
        "The cashier is told as he is picked",
        ".o_notification:contains(Hope Works is on hold since)"
    ),
    ProductScreen.clickPayButton(),
    PaymentScreen.isInvoiceOptionSelected(),
    look(
        "Why Invoice is ticked",
        ".o_synkd_why:contains(Hope Works):contains(own account)"
    )
);

add(
    "synkd_question_shared",
    ProductScreen.clickCustomer("Jabu Mthembu"),
    look("It is asked", `${QUESTION}:contains(How are sales to Jabu Mthembu posted)`),
    look("And said why", `${QUESTION}:contains(has no account customer)`),
    click("Together with others", `${QUESTION} .o_synkd_shared:contains(Counter)`),
    GONE,
    ProductScreen.clickPartnerButton(),
    look(
        "The card knows",
        ".partner-list .partner-info:contains(Jabu) .badge:contains(Counter sales)"
    ),
    PartnerList.clickPartner("Jabu Mthembu"),
    ProductScreen.clickPayButton(),
    PaymentScreen.isInvoiceButtonUnchecked(),
    soldForCash()
);

add(
    "synkd_question_create",
    ProductScreen.clickCustomer("Jabu Mthembu"),
    click("Create one", `${QUESTION} .o_synkd_create`),
    look("It is told what is missing", `${QUESTION} .alert:contains(e-mail address)`),
    click("It can be filled in here", `${QUESTION} .o_synkd_fill`),
    type("email", "jabu@example.com"),
    click("Save", ".o_dialog .o_form_button_save"),
    look("Nothing is missing now", `${QUESTION}:not(:has(.alert))`),
    click("Create one now", `${QUESTION} .o_synkd_create`),
    GONE,
    ProductScreen.clickPayButton(),
    PaymentScreen.isInvoiceOptionSelected(),
    look("Why Invoice is ticked", ".o_synkd_why:contains(Jabu Mthembu)")
);

add(
    "synkd_question_link",
    ProductScreen.clickCustomer("Jabu Mthembu"),
    look(
        "The candidate has a score and reasons",
        `${QUESTION} .o_synkd_link:contains(JAB001):contains(%):contains(name)`
    ),
    click("Link", `${QUESTION} .o_synkd_link:contains(JAB001)`),
    GONE,
    ProductScreen.clickPayButton(),
    PaymentScreen.isInvoiceOptionSelected()
);

add(
    "synkd_question_told",
    ProductScreen.clickCustomer("Jabu Mthembu"),
    Dialog.is({title: "How are sales to Jabu Mthembu posted"}),
    Dialog.bodyIs("a person of the books decides"),
    Dialog.confirm(),
    ProductScreen.clickPayButton(),
    soldForCash()
);

add(
    "synkd_question_offline",
    OfflineUtil.setOfflineMode(),
    PartnerList.clickPartner("Jabu Mthembu"),
    ProductScreen.clickPayButton(),
    soldForCash(),
    Dialog.confirm("Continue with limited functionality"),
    OfflineUtil.setOnlineMode(),
    ReceiptScreen.clickNextOrder(),
    ProductScreen.clickDisplayedProduct("Glue"),
    ProductScreen.clickPayButton(),
    soldForCash(),
    Chrome.isSyncStatusConnected()
);

add(
    "synkd_new_customer",
    click("A new customer", ".modal .modal-header button:contains(Create)"),
    type("name", "Thandi"),
    {
        content: "Odoo's till writes each refusal to the console, too: not this one",
        trigger: ".o_dialog .o_form_view",
        run: () => {
            const {error} = console;
            console.error = (text) => {
                console.error = error;
                if (!text.startsWith("RPC_ERROR")) {
                    error(text);
                }
            };
        },
    },
    click("Save", ".o_dialog .o_form_button_save"),
    look(
        "What is missing is told in the dialog",
        ".modal:contains(First and Last Name):contains(e-mail address)"
    ),
    {
        content: "Close what was told",
        trigger: ".modal:not(.o_inactive_modal) .modal-footer .btn-primary",
        run: "click",
    },
    type("name", "Thandi Cele"),
    type("email", "thandi@example.com"),
    click("Save", ".o_dialog .o_form_button_save"),
    click("It is asked; later", `${QUESTION} .o_synkd_later`),
    GONE,
    ProductScreen.customerIsSelected("Thandi Cele")
);

add(
    "synkd_question_phone",
    look("The card is there", ".partner-list .o_synkd_card:contains(Not decided)"),
    PartnerList.clickPartner("Jabu Mthembu"),
    {
        content: "The question fits the screen",
        trigger: `${QUESTION} .o_synkd_shared`,
        run: ({anchor}) => {
            const {left, right} = anchor.getBoundingClientRect();
            if (left < 0 || right > window.innerWidth) {
                throw new Error(`From ${left} to ${right} of ${window.innerWidth}`);
            }
        },
    },
    click("Together with others", `${QUESTION} .o_synkd_shared`),
    GONE
);
