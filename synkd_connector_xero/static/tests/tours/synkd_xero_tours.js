// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const PANEL = ".o_synkd_run_progress .card";
const STATE = ".o_field_widget[name=http_state]";

function press(content, name, more = {}) {
    return {content, trigger: `button[name=${name}]:visible`, run: "click", ...more};
}

function openPage() {
    return {
        content: "Open the page Login",
        trigger: ".o_notebook .nav-link[name=http]",
        run: "click",
    };
}

function shows(content, words) {
    return {content, trigger: `${STATE}:contains(${words})`};
}

function watch(words) {
    return [
        {
            content: "The panel tells how it went",
            trigger: `${PANEL}:contains(${words})`,
        },
        {
            content: "Close the panel",
            trigger: `${PANEL} .btn-close`,
            run: "click",
        },
        {
            content: "The panel is gone",
            trigger: `body:not(:has(${PANEL}))`,
        },
    ];
}

tours.add("synkd_xero_connect", {
    steps: () => [
        openPage(),
        shows("Nobody has logged in", "Not Connected"),
        {
            content: "The address for Xero's portal can be copied",
            trigger: ".o_field_widget[name=http_redirect_url]:contains(/callback)",
        },
        {
            content: "What Xero cannot keep is told",
            trigger: ".o_form_view p:contains(Xero keeps no credit limits)",
        },
        press("To Xero, where the consent page is", "action_connect", {
            expectUnloadPage: true,
        }),
        {
            content: "Back: two organisations were allowed, so one is chosen",
            trigger: ".o_form_statusbar button[name=action_choose_tenant]",
            run: "click",
        },
        {
            content: "Use the books in rand",
            trigger:
                ".modal .o_data_row:contains(Kudu Trading) button[name=action_choose]",
            run: "click",
        },
        {content: "The dialog is gone", trigger: "body:not(:has(.modal))"},
        openPage(),
        shows("The ledger is connected", "Connected"),
        {
            content: "To the organisation that was chosen",
            trigger: ".o_field_widget[name=http_tenant_name]:contains(Kudu Trading)",
        },
        press("Is all well?", "action_test_connection"),
        ...watch("The connection works"),
        press("Taxes, accounts and the like", "action_pull_lists"),
        ...watch("were read"),
        {
            content: "The lists are there, so what is missing can be asked for",
            trigger: "button[name=action_find_missing]:visible",
        },
        press("Customers to Xero", "action_run_now"),
        ...watch("complete"),
    ],
});

tours.add("synkd_xero_disconnect", {
    steps: () => [
        openPage(),
        shows("The ledger is connected", "Connected"),
        press("Not any more", "action_disconnect"),
        {
            content: "It is told what that means",
            trigger:
                ".modal:contains(Nothing is sent to or read from the books) .btn-primary",
            run: "click",
        },
        {content: "The dialog is gone", trigger: "body:not(:has(.modal))"},
        openPage(),
        shows("The tokens are on their way out", "Disconnecting"),
    ],
});

tours.add("synkd_xero_reconnect", {
    steps: () => [
        {
            content: "The pause says why, and what to do",
            trigger: ".alert:contains(does not accept the login):contains(Reconnect)",
        },
        {
            content: "Somebody was called",
            trigger: ".o-mail-Activity:contains(The books need you)",
        },
        {
            content: "Reconnect",
            trigger: ".o_form_statusbar button[name=action_connect]",
            run: "click",
            expectUnloadPage: true,
        },
        openPage(),
        shows("Back, with the same organisation", "Connected"),
        {
            content: "The pause is over",
            trigger: ".o_form_view:not(:has(.alert:contains(does not accept)))",
        },
        press("Go on with what waited", "action_run_now"),
        ...watch("complete"),
    ],
});
