// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as OfflineUtil from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import {registry} from "@web/core/registry";
import {rpcBus} from "@web/core/network/rpc";

const tours = registry.category("web_tour.tours");

const LOADED = {
    content: "The terminal has loaded, also on a busy machine",
    trigger: ".pos-rightheader button:has(.fa-bars)",
    timeout: 60000,
};
const SOLD = {
    content: "The sale is saved, also on a busy machine",
    trigger: ".receipt-screen .pos-receipt",
    timeout: 60000,
};

function close(content, trigger) {
    return {
        steps: () =>
            [
                LOADED,
                Chrome.clickMenuOption("Close Register"),
                {content, trigger},
                Dialog.discard(),
                {
                    content: "The session is still open",
                    trigger: "body:not(:has(.close-pos-popup))",
                },
            ].flat(),
    };
}

tours.add(
    "synkd_till_told",
    close(
        "What does not go to the books is told",
        ".close-pos-popup .o_synkd_till:contains(in this session: 2):contains(230.00)"
    )
);

tours.add(
    "synkd_till_silent",
    close(
        "All have an invoice: nothing is told",
        ".close-pos-popup:has(.payment-methods-overview):not(:has(.o_synkd_till))"
    )
);

function sellOnAccount() {
    return [
        LOADED,
        Chrome.clickBtn("Open Register"),
        ProductScreen.clickDisplayedProduct("Glue"),
        ProductScreen.clickPartnerButton(),
        ProductScreen.clickCustomer("Hope Works"),
        ProductScreen.clickPayButton(),
        // Its PDF is another matter.
        PaymentScreen.clickInvoiceButton(),
    ];
}

tours.add("synkd_till_on_hold", {
    steps: () =>
        [
            ...sellOnAccount(),
            PaymentScreen.clickPaymentMethod("On Account"),
            PaymentScreen.clickValidate(),
            Dialog.bodyIs("Hope Works is on hold since"),
            Dialog.confirm(),
            {
                content: "The payment was not taken",
                trigger: ".payment-screen button.validation-button.next",
            },
            PaymentScreen.clickPaymentlineDelButton("On Account", "100.00"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            SOLD,
        ].flat(),
});

tours.add("synkd_till_limit", {
    steps: () =>
        [
            ...sellOnAccount(),
            PaymentScreen.clickPaymentMethod("On Account"),
            PaymentScreen.clickValidate(),
            Dialog.bodyIs("above the credit limit"),
            Dialog.confirm(),
            {
                content: "The payment was not taken",
                trigger: ".payment-screen button.validation-button.next",
            },
        ].flat(),
});

// What the terminal asks the server while it sells, by method.
const asked = [];

tours.add("synkd_till_notify", {
    steps: () =>
        [
            ...sellOnAccount(),
            PaymentScreen.clickPaymentMethod("On Account"),
            {
                content: "Listen to what is asked",
                trigger: ".payment-screen",
                run: () =>
                    rpcBus.addEventListener("RPC:REQUEST", ({detail}) =>
                        asked.push(detail.data.params.method)
                    ),
            },
            PaymentScreen.clickValidate(),
            {
                content: "It is said",
                trigger: ".o_notification:contains(above the credit limit)",
            },
            SOLD,
            {
                content: "It was sent, and nothing was asked of us",
                trigger: ".receipt-screen",
                run: () => {
                    const ours = asked.filter((method) => method?.includes("synkd"));
                    if (ours.length || !asked.includes("sync_from_ui")) {
                        throw new Error(`Asked: ${asked.join()}`);
                    }
                },
            },
        ].flat(),
});

tours.add("synkd_till_offline_hold", {
    steps: () =>
        [
            ...sellOnAccount(),
            OfflineUtil.setOfflineMode(),
            PaymentScreen.clickPaymentMethod("On Account"),
            PaymentScreen.clickValidate(),
            Dialog.bodyIs("Hope Works is on hold since"),
            Dialog.bodyIs("There is no connection"),
            Dialog.confirm(),
            PaymentScreen.clickPaymentlineDelButton("On Account", "100.00"),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            SOLD,
            Dialog.confirm("Continue with limited functionality"),
            OfflineUtil.setOnlineMode(),
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickDisplayedProduct("Glue"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            SOLD,
            Chrome.isSyncStatusConnected(),
        ].flat(),
});

tours.add("synkd_till_offline", {
    steps: () =>
        [
            ...sellOnAccount(),
            OfflineUtil.setOfflineMode(),
            PaymentScreen.clickPaymentMethod("On Account"),
            PaymentScreen.clickValidate(),
            SOLD,
            Dialog.confirm("Continue with limited functionality"),
            OfflineUtil.setOnlineMode(),
            ReceiptScreen.clickNextOrder(),
            ProductScreen.clickDisplayedProduct("Glue"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            SOLD,
            Chrome.isSyncStatusConnected(),
        ].flat(),
});
