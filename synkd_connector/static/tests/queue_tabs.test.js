// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {animationFrame, describe, expect, test} from "@odoo/hoot";
import {click, press, resize} from "@odoo/hoot-dom";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

class Transaction extends models.Model {
    _name = "synkd.transaction";

    number = fields.Char();
    amount = fields.Monetary({currency_field: "currency_id"});
    currency_id = fields.Many2one({relation: "res.currency", default: 1});
    kind = fields.Selection({
        selection: [
            ["invoice", "Invoice"],
            ["payment", "Payment"],
        ],
    });

    _records = [
        {id: 1, number: "INV/1", kind: "invoice", amount: 100},
        {id: 2, number: "INV/2", kind: "invoice", amount: 20},
    ];
}

defineMailModels();
defineModels([Transaction]);
describe.current.tags("desktop");

const TAB = ".o_synkd_queue_tabs .nav-link";
const TABS = [
    {name: "Requires Attention", action: "x.attention", path: "requires-attention"},
    {name: "Ready to Post", action: "x.ready", path: "ready-to-post"},
    {name: "All", action: "x.all", path: "transaction-queue"},
];

function tabs(...counts) {
    return TABS.map((tab, index) => ({...tab, count: counts[index]}));
}

function mountQueue(answer = () => tabs(2, 0, null)) {
    onRpc("synkd.transaction", "get_queue_tabs", () => {
        expect.step("counted");
        return answer();
    });
    return mountView({
        resModel: "synkd.transaction",
        type: "list",
        arch: `
            <list js_class="synkd_queue_list" default_order="number">
                <field name="number"/>
            </list>`,
        config: {actionXmlId: "x.attention"},
    });
}

test("tabs stand above the list, with their counts", async () => {
    await mountQueue();
    await animationFrame();
    expect(TAB).toHaveCount(3);
    expect(`${TAB}:eq(0)`).toHaveText("Requires Attention 2");
    expect(`${TAB}:eq(1)`).toHaveText("Ready to Post 0");
    expect(`${TAB}:eq(2)`).toHaveText("All", {message: "it is not counted"});
    expect(".o_data_row").toHaveCount(2);
    expect.verifySteps(["counted"]);
});

const MONEY = `
    <field name="number"/>
    <field name="kind"/>
    <field name="currency_id" column_invisible="1"/>
    <field name="amount" sum="Total" width="110px"/>`;
const TOTAL = "tfoot .o_list_number";
const KINDS = "tfoot .o_synkd_kinds";

function mountMoney(values = {}) {
    onRpc("synkd.transaction", "get_queue_tabs", () => tabs(2, 0, null));
    return mountView({
        resModel: "synkd.transaction",
        type: "list",
        arch: `<list js_class="synkd_queue_list" class="o_synkd_queue_list">${MONEY}</list>`,
        ...values,
    });
}

function addPayment(values = {}) {
    const payment = {id: 3, number: "PAY/1", kind: "payment", amount: -1234567.5};
    Transaction._records.push({...payment, ...values});
}

test("documents of one kind have one total", async () => {
    await mountMoney();
    expect(TOTAL).toHaveText(/120\.00/);
    expect(KINDS).toHaveCount(0);
});

test("each kind has a total of its own, and nothing adds them up", async () => {
    addPayment();
    await mountMoney();
    expect(KINDS).toHaveText("Invoice\nPayment");
    expect(TOTAL).toHaveText(/^\D*120\.00\n\D*1,234,567\.50$/);
});

test("no total is cut off", async () => {
    addPayment();
    await mountMoney();
    for (const cell of document.querySelectorAll(`${TOTAL}, ${KINDS}`)) {
        expect(cell.scrollWidth).toBe(cell.clientWidth, {message: cell.innerText});
    }
});

test("each currency has a total of its own", async () => {
    Transaction._records[1].currency_id = 2;
    await mountMoney();
    expect(KINDS).toHaveText("Invoice\nInvoice");
    expect(TOTAL).toHaveText(/100\.00.*\n.*20\.00/);
});

test("groups add up what is of one kind only", async () => {
    addPayment({number: "INV/1"});
    await mountMoney({groupBy: ["number"]});
    expect(".o_group_header").toHaveCount(2);
    expect(".o_group_header:eq(0)").toHaveText("INV/1 (2)");
    expect("tfoot").not.toHaveText(/\d/);
});

test("groups of one kind tell their sum", async () => {
    addPayment();
    await mountMoney({groupBy: ["kind"]});
    expect(".o_group_header:eq(0)").toHaveText(/120\.00/);
    expect(".o_group_header:eq(1)").toHaveText(/1,234,567\.50/);
    expect("tfoot").not.toHaveText(/\d/);
});

test("the key Tab goes from a row to its buttons", async () => {
    onRpc("synkd.transaction", "get_queue_tabs", () => tabs(2, 0, null));
    await mountView({
        resModel: "synkd.transaction",
        type: "list",
        arch: `
            <list js_class="synkd_queue_list">
                <field name="number"/>
                <button name="action_resolve" type="object" string="Resolve"/>
                <button name="action_preview" type="object" icon="fa-search"/>
            </list>`,
    });
    await press("ArrowDown");
    await press("ArrowDown");
    expect(".o_data_row:eq(0) input").toBeFocused();
    await press("Tab");
    expect(".o_data_row:eq(0) [name=action_resolve]").toBeFocused();
    await press("Tab");
    expect(".o_data_row:eq(0) [name=action_preview]").toBeFocused();
    await press("Tab");
    expect(".o_data_row:eq(1) input").toBeFocused();
});

test("the current tab is in view, also where not all fit", async () => {
    await resize({width: 250});
    onRpc("synkd.transaction", "get_queue_tabs", () => tabs(2, 0, null));
    await mountMoney({config: {actionXmlId: "x.all"}});
    await animationFrame();
    const nav = document.querySelector(".o_synkd_queue_tabs").getBoundingClientRect();
    const tab = document.querySelector("[aria-current]").getBoundingClientRect();
    expect(nav.width).toBeLessThan(251);
    expect(tab.right).toBeLessThan(nav.right + 1);
});

test("cards have the tabs too", async () => {
    onRpc("synkd.transaction", "get_queue_tabs", () => tabs(2, 0, null));
    await mountView({
        resModel: "synkd.transaction",
        type: "kanban",
        arch: `
            <kanban js_class="synkd_queue_kanban">
                <templates><t t-name="card"><field name="number"/></t></templates>
            </kanban>`,
        config: {actionXmlId: "x.attention"},
    });
    await animationFrame();
    expect(TAB).toHaveCount(3);
    expect(".o_kanban_record:not(.o_kanban_ghost)").toHaveCount(2);
});

test("a thousand is where counting stops", async () => {
    await mountQueue(() => tabs(999, 1000, null));
    await animationFrame();
    expect(`${TAB}:eq(0) .badge`).toHaveText("999");
    expect(`${TAB}:eq(1) .badge`).toHaveText("999+");
    expect.verifySteps(["counted"]);
});

test("the current tab is told to screen readers, and only that", async () => {
    await mountQueue();
    await animationFrame();
    expect(".o_synkd_queue_tabs").toHaveAttribute(
        "aria-label",
        "Tabs of the transaction queue"
    );
    expect(`${TAB}[aria-current=page]`).toHaveCount(1);
    expect(`${TAB}:eq(0)`).toHaveAttribute("aria-current", "page");
    expect(`${TAB}:eq(0)`).toHaveClass("active");
    expect(`${TAB}:eq(1)`).not.toHaveClass("active");
    expect.verifySteps(["counted"]);
});

test("tabs are links with addresses, opened by mouse and keyboard", async () => {
    mockService("action", {
        doAction(action, options) {
            expect.step(`${action} ${options.clearBreadcrumbs}`);
        },
    });
    await mountQueue();
    await animationFrame();
    expect(`${TAB}:eq(1)`).toHaveAttribute("href", "/odoo/ready-to-post");
    await click(`${TAB}:eq(1)`);
    await animationFrame();
    document.querySelectorAll(TAB)[2].focus();
    expect(`${TAB}:eq(2)`).toBeFocused();
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["counted", "x.ready true", "x.all true"]);
});

test("the counts are read again with the list", async () => {
    let waiting = 2;
    await mountQueue(() => tabs(waiting, 0, null));
    await animationFrame();
    waiting = 1;
    await click("th[data-name=number]");
    await animationFrame();
    await animationFrame();
    expect(`${TAB}:eq(0) .badge`).toHaveText("1");
    expect.verifySteps(["counted", "counted"]);
});

test("why nothing goes stands above the list of its tab only", async () => {
    const [first, second, third] = tabs(2, 0, null);
    const answer = [
        {...first, notices: ["Demo books is paused."]},
        {...second, notices: ["Not here."]},
        third,
    ];
    await mountQueue(() => answer);
    await animationFrame();
    expect(".o_synkd_notice").toHaveCount(1);
    expect(".o_synkd_notice").toHaveText("Demo books is paused.");
    expect.verifySteps(["counted"]);
});

test("without an answer the list is there all the same", async () => {
    await mountQueue(() => []);
    await animationFrame();
    expect(TAB).toHaveCount(0);
    expect(".o_data_row").toHaveCount(2);
    expect.verifySteps(["counted"]);
});
