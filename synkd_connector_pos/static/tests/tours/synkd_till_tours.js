// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function close(content, trigger) {
    return {
        steps: () =>
            [
                {
                    content: "The terminal has loaded, also on a busy machine",
                    trigger: ".pos-rightheader button:has(.fa-bars)",
                    timeout: 60000,
                },
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
