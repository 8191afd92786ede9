// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as OfflineUtil from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import {registry} from "@web/core/registry";

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
