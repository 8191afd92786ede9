// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {
    Many2OneField,
    buildM2OFieldDescription,
} from "@web/views/fields/many2one/many2one_field";
import {onPatched, useRef} from "@odoo/owl";
import {registry} from "@web/core/registry";

/** A many2one in a list that looks like what can be chosen, and opens at one click. */
export class ChoiceField extends Many2OneField {
    static template = "synkd_connector.ChoiceField";

    setup() {
        super.setup();
        this.root = useRef("root");
        this.isAsked = false;
        onPatched(() => {
            if (this.isAsked && !this.props.readonly) {
                this.isAsked = false;
                this.root.el.querySelector("input")?.click();
            }
        });
    }

    get isHint() {
        const {name, placeholder, readonly, record} = this.props;
        return readonly && placeholder && !record.data[name];
    }

    ask() {
        this.isAsked = true;
    }
}

registry.category("fields").add("synkd_choice", {
    ...buildM2OFieldDescription(ChoiceField),
});
