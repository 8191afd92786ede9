// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {browser} from "@web/core/browser/browser";
import {MainComponentsContainer} from "@web/core/main_components_container";
import {
    MockServer,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";
import {
    Deferred,
    advanceTime,
    animationFrame,
    describe,
    expect,
    test,
} from "@odoo/hoot";
import {click, waitFor} from "@odoo/hoot-dom";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

defineMailModels();
describe.current.tags("desktop");

const CARD = ".o_synkd_run_progress .card";
const RUN = {
    id: 7,
    ledger: "Demo books",
    origin: "user",
    state: "waiting",
    progress: 0,
    message: "",
    created: 0,
    linked: 0,
    changed: 0,
    unchanged: 0,
    imported: 0,
    refused: 0,
    skipped: 0,
};

async function watch(run) {
    await mountWithCleanup(MainComponentsContainer);
    getService("synkd_run_progress").watch(run);
    await animationFrame();
}

test("a run is asked for until it ends", async () => {
    const answers = [
        {...RUN, state: "running", progress: 40, created: 10},
        {...RUN, state: "done", progress: 100, created: 25},
    ];
    onRpc("synkd.run", "get_progress", ({args}) => {
        expect(args[0]).toEqual([7]);
        expect.step("asked");
        return [answers.shift()];
    });
    await watch(RUN);
    expect(CARD).toHaveAttribute("data-state", "waiting");
    await advanceTime(1000);
    await animationFrame();
    expect(CARD).toHaveAttribute("data-state", "running");
    expect(`${CARD} .progress-bar`).toHaveStyle({width: "40%"}, {inline: true});
    await advanceTime(3000);
    await animationFrame();
    expect(`${CARD} .fw-bold:first`).toHaveText("The synchronisation is complete");
    expect("[data-count=created] .fw-bold").toHaveText("25");
    expect("[data-count=linked]").toHaveCount(0);
    expect(`${CARD} .progress`).toHaveCount(0);
    expect.verifySteps(["asked", "asked"]);
    await advanceTime(60000);
    expect.verifySteps([]);
});

test("what went well goes after some seconds, and what did not stays", async () => {
    await watch({...RUN, state: "done"});
    await getService("synkd_run_progress").watch({...RUN, id: 8, ledger: "Other"});
    getService("synkd_run_progress").watch({
        ...RUN,
        id: 9,
        ledger: "Third",
        state: "attention",
        refused: 1,
    });
    onRpc("synkd.run", "get_progress", () => []);
    await animationFrame();
    expect(CARD).toHaveCount(3);
    await advanceTime(9000);
    await animationFrame();
    expect(CARD).toHaveCount(3);
    await advanceTime(2000);
    await animationFrame();
    expect(CARD).toHaveCount(2);
    await advanceTime(60000);
    await animationFrame();
    expect(`${CARD}[data-state=attention]`).toHaveCount(1);
    expect(`${CARD}[data-state=attention] .fw-bold:first`).toHaveText(
        "The synchronisation is over: some of it waits for a person"
    );
});

test("there is one notice for each ledger, the newest", async () => {
    onRpc("synkd.run", "get_progress", () => []);
    await watch({...RUN, state: "attention"});
    getService("synkd_run_progress").watch({...RUN, id: 8});
    await animationFrame();
    expect(CARD).toHaveCount(1);
    expect(CARD).toHaveAttribute("data-state", "waiting");
});

test("what was closed once never comes back, also after a reload", async () => {
    onRpc("synkd.run", "get_progress", () => []);
    browser.localStorage.setItem("synkd_runs_closed", "[3]");
    await watch(RUN);
    await click(`${CARD} .btn-close`);
    await animationFrame();
    const send = (progress) =>
        MockServer.env["bus.bus"]._sendone(
            serverState.partnerId,
            "synkd_run",
            progress
        );
    send({...RUN, state: "running"});
    send({...RUN, id: 3, state: "running"});
    send({...RUN, id: 4, state: "running", progress: 20});
    await waitFor(CARD);
    expect(CARD).toHaveCount(1);
    expect(`${CARD} .progress-bar`).toHaveStyle({width: "20%"}, {inline: true});
    expect(browser.localStorage.getItem("synkd_runs_closed")).toBe("[3,7]");
});

test("the bar takes room in the page and covers nothing", async () => {
    onRpc("synkd.run", "get_progress", () => []);
    await watch(RUN);
    expect(".o_synkd_run_progress").toHaveStyle({position: "static"});
});

test("news over the bus is shown, and nothing moves a run that ended", async () => {
    onRpc("synkd.run", "get_progress", () => [RUN]);
    await watch(RUN);
    const send = (progress) =>
        MockServer.env["bus.bus"]._sendone(
            serverState.partnerId,
            "synkd_run",
            progress
        );
    send({...RUN, state: "attention", progress: 100, refused: 2});
    await waitFor(`${CARD}[data-state=attention]`);
    send({...RUN, state: "running", progress: 10});
    await advanceTime(5000);
    await animationFrame();
    expect(CARD).toHaveAttribute("data-state", "attention");
    expect(`${CARD} .o_synkd_attention`).toHaveCount(1);
    expect(`${CARD} .o_synkd_match`).toHaveCount(0);
});

test("posting has words of its own, and counts what documents have", async () => {
    const run = {...RUN, content: "documents", state: "attention", created: 2};
    await watch({...run, attention: true});
    expect(`${CARD} .fw-bold:first`).toHaveText(
        "Posting to the books is over: some of it waits for a person"
    );
    expect("[data-count=created] .fw-bold").toHaveText("2");
    expect("[data-count]").toHaveCount(1, {message: "no zeros"});
    expect("[data-count=imported]").toHaveCount(0);
    expect("[data-count=skipped]").toHaveCount(0);
    expect(`${CARD} .o_synkd_attention`).toHaveCount(1);
});

test("the view is read again once what the user asked for is there", async () => {
    mockService("action", {
        currentController: {jsId: "controller_1", view: {type: "form"}},
        restore: (id) => expect.step(id),
    });
    onRpc("synkd.run", "get_progress", () => [{...RUN, state: "done"}]);
    const answer = new Deferred();
    onRpc("synkd.run", "action_slow", () => answer);
    await watch(RUN);
    getService("orm").call("synkd.run", "action_slow", [[7]]);
    await advanceTime(5000);
    expect(CARD).toHaveAttribute("data-state", "done");
    expect.verifySteps([]);
    answer.resolve(true);
    await animationFrame();
    await advanceTime(200);
    expect.verifySteps([]);
    await advanceTime(200);
    expect.verifySteps(["controller_1"]);
});

test("reading lists says what was read, without counts of customers", async () => {
    onRpc("synkd.run", "get_progress", () => []);
    const message = "Read from the books: Tax 9, Account 40.";
    await watch({...RUN, content: "lists"});
    expect(`${CARD} .fw-bold:first`).toHaveText("Reading the lists of the books…");
    getService("synkd_run_progress").watch({
        ...RUN,
        content: "lists",
        state: "done",
        message,
    });
    await animationFrame();
    expect(`${CARD} .fw-bold:first`).toHaveText("The lists of the books were read");
    expect(`${CARD} .o_synkd_run_message`).toHaveText(message);
    expect("[data-count]").toHaveCount(0);
});

test("a server that does not answer is asked again, less often", async () => {
    expect.errors(0);
    onRpc("synkd.run", "get_progress", () => {
        expect.step("asked");
        throw new Error("The server restarts");
    });
    await watch(RUN);
    await advanceTime(1000);
    expect.verifySteps(["asked"]);
    await advanceTime(1000);
    expect.verifySteps([]);
    await advanceTime(1000);
    expect.verifySteps(["asked"]);
    expect(CARD).toHaveAttribute("data-state", "waiting");
});

test("the close button ends the questions", async () => {
    onRpc("synkd.run", "get_progress", () => expect.step("asked"));
    await watch(RUN);
    await click(`${CARD} .btn-close`);
    await animationFrame();
    expect(CARD).toHaveCount(0);
    await advanceTime(10000);
    expect.verifySteps([]);
});

test("the links of an ended run open what they name", async () => {
    mockService("action", {
        doAction(action) {
            expect.step(action.res_model || action);
        },
    });
    onRpc("synkd.run", "action_view_attention", () => ({
        res_model: "synkd.account.customer",
    }));
    await watch({...RUN, state: "attention", refused: 1, skipped: 1});
    await click(`${CARD} .o_synkd_attention`);
    await animationFrame();
    await click(`${CARD} .o_synkd_match`);
    await click(`${CARD} .o_synkd_run`);
    expect.verifySteps([
        "synkd.account.customer",
        "synkd_connector.synkd_match_action",
        "synkd.run",
    ]);
});
