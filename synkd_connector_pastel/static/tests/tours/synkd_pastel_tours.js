// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {inputFiles} from "@web/../tests/utils";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const FILE = ".modal [name=report] input[type=file]";
// What Pastel exports once it has imported the first file.
const LIST =
    "Customer Code,Reference,Order Number,Amount\nHOP001,IN100001,A/0001,115.00";

function press(content, name) {
    return {content, trigger: `button[name=${name}]:visible`, run: "click"};
}

function more() {
    return {content: "More", trigger: ".o_button_more", run: "click"};
}

function back(content) {
    return {content, trigger: ".o_back_button a", run: "click"};
}

function shows(content, trigger) {
    return {content, trigger};
}

async function choose() {
    const list = new File([LIST], "transactions.csv", {type: "text/csv"});
    await inputFiles(FILE, [list]);
}

tours.add("synkd_pastel_bookkeeper", {
    steps: () => [
        more(),
        press("What is to be imported", "action_view_files"),
        {
            content: "The file of the first invoice",
            trigger: ".o_data_row:contains(invoices-):last .o_data_cell:eq(1)",
            run: "click",
        },
        shows(
            "It can be downloaded",
            ".o_field_many2many_binary a[href*='download=true']:contains(KUDU)"
        ),
        shows(
            "It says how Pastel imports it",
            "[name=import_steps]:contains(Process > Customers):contains(Batch > Import)"
        ),
        back("To the files"),
        shows("There are two of them", ".o_data_row:contains(invoices-):eq(1)"),
        back("To the ledger"),
        press("A list of Pastel tells", "action_upload_report"),
        {
            content: "Choose the list",
            trigger: ".modal [name=report]",
            run: choose,
        },
        press("Read it", "action_read"),
        shows("One is there", ".modal .alert:contains(1 of 1 are there)"),
        press("Confirm it", "action_confirm"),
        shows("The dialog is gone", "body:not(:has(.modal))"),
        more(),
        press("What is left to import", "action_view_files"),
        {
            content: "The file of the second invoice",
            trigger: ".o_data_row:contains(invoices-):contains(In a File) .o_data_cell",
            run: "click",
        },
        press("It was not imported", "action_none_imported"),
        {
            content: "It is told what to do with the file",
            trigger: ".modal:contains(delete it from the folder) .modal-footer button",
            run: "click",
        },
        shows(
            "All is said",
            "body:not(:has(.modal)) .o_arrow_button_current:contains(Done)"
        ),
    ],
});
