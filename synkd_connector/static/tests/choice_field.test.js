// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {click} from "@odoo/hoot-dom";
import {animationFrame, runAllTimers} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

class Kind extends models.Model {
    _name = "synkd.kind";

    name = fields.Char();

    _records = [{id: 1, name: "Goods"}];
}

class Line extends models.Model {
    _name = "synkd.line";

    kind_id = fields.Many2one({relation: "synkd.kind"});
    hint = fields.Char();

    _records = [
        {id: 1, kind_id: 1, hint: "Choose…"},
        {id: 2, kind_id: false, hint: "Choose…"},
        {id: 3, kind_id: false, hint: false},
    ];
}

defineMailModels();
defineModels([Kind, Line]);
describe.current.tags("desktop");

const CELL = ".o_data_cell[name=kind_id]";

function mountLines(attributes) {
    return mountView({
        resModel: "synkd.line",
        type: "list",
        arch: `
            <list editable="bottom">
                <field name="hint" column_invisible="1"/>
                <field name="kind_id" widget="synkd_choice" ${attributes}/>
            </list>`,
    });
}

test("an empty cell says that it can be chosen, and is chosen with one click", async () => {
    await mountLines(`placeholder="Choose…"`);
    expect(`${CELL}:eq(0)`).toHaveText("Goods");
    expect(`${CELL}:eq(0) .o_synkd_choice`).toHaveCount(0);
    expect(`${CELL}:eq(1) .o_synkd_choice`).toHaveText("Choose…");
    await click(`${CELL}:eq(1) .o_synkd_choice`);
    await runAllTimers();
    await animationFrame();
    expect(`${CELL}:eq(1) input`).toBeFocused();
    expect(".o-autocomplete--dropdown-item:eq(0)").toHaveText("Goods");
});

test("the words may come from the record; without any the cell is empty", async () => {
    await mountLines(`options="{'placeholder_field': 'hint'}"`);
    expect(`${CELL}:eq(1) .o_synkd_choice`).toHaveText("Choose…");
    expect(`${CELL}:eq(2) .o_synkd_choice`).toHaveCount(0);
    expect(`${CELL}:eq(2)`).toHaveText("");
});
