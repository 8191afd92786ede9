// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useEffect, useRef, useState} from "@odoo/owl";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {ListController} from "@web/views/list/list_controller";
import {ListRenderer} from "@web/views/list/list_renderer";
import {formatMonetary} from "@web/views/fields/formatters";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

// The server stops counting here.
const MOST_COUNTED = 1000;

/** Links between the lists of the transaction queue, with their counts. */
export class QueueTabs extends Component {
    static template = "synkd_connector.QueueTabs";
    static props = {tabs: Array};

    setup() {
        this.action = useService("action");
        const nav = useRef("nav");
        // On a phone not all tabs fit.
        useEffect(
            () => {
                const current = nav.el.querySelector("[aria-current]");
                current?.scrollIntoView({block: "nearest", inline: "nearest"});
            },
            () => [this.props.tabs]
        );
    }

    isCurrent(tab) {
        return this.env.config.actionXmlId === tab.action;
    }

    count(tab) {
        return tab.count < MOST_COUNTED ? `${tab.count}` : `${MOST_COUNTED - 1}+`;
    }

    open(tab) {
        return this.action.doAction(tab.action, {clearBreadcrumbs: true});
    }
}

/**
 * Put the tabs above a view of the queue.
 *
 * @param {Function} Controller of the view.
 * @returns {Function}
 */
function withTabs(Controller) {
    return class extends Controller {
        static components = {...Controller.components, QueueTabs};

        setup() {
            super.setup();
            this.orm = useService("orm");
            this.queue = useState({tabs: []});
        }

        get modelParams() {
            const params = super.modelParams;
            // Whatever reads the rows again, a button or a run, may have moved some.
            params.hooks.onWillLoadRoot = () => {
                this.loadTabs();
            };
            return params;
        }

        /** What stands above the rows of this tab: why nothing goes to the books. */
        get notices() {
            const xmlid = this.env.config.actionXmlId;
            const current = this.queue.tabs.find((tab) => tab.action === xmlid);
            return current?.notices || [];
        }

        async loadTabs() {
            this.queue.tabs = await this.orm.silent.call(
                "synkd.transaction",
                "get_queue_tabs",
                []
            );
        }
    };
}

export class QueueListController extends withTabs(ListController) {
    static template = "synkd_connector.QueueListView";
}

export class QueueKanbanController extends withTabs(KanbanController) {
    static template = "synkd_connector.QueueKanbanView";
}

/**
 * Money of different kinds is not added up, nor that of different currencies: each has
 * a total of its own. The kinds stand in the room before the first total.
 */
export class QueueListRenderer extends ListRenderer {
    static template = "synkd_connector.QueueListRenderer";

    computeAggregates() {
        const aggregates = super.computeAggregates();
        const {isGrouped, records, selection} = this.props.list;
        this.kinds = [];
        if (isGrouped && !selection.length) {
            return {};
        }
        const shown = selection.length ? selection : records;
        for (const [name, aggregate] of Object.entries(aggregates)) {
            const totals = this.totals(name, shown);
            if (totals.length > 1) {
                this.kinds = totals.map((total) => total.label);
                aggregate.value = totals.map((total) => total.money).join("\n");
                aggregate.multiCurrency = false;
            }
        }
        return aggregates;
    }

    /** Groups tell their sum only where they are of one kind. */
    formatGroupAggregate(group, column) {
        const {groupBy} = this.props.list;
        const isOfOneKind = groupBy
            .slice(0, this.getGroupLevel(group) + 1)
            .includes("kind");
        return isOfOneKind ? super.formatGroupAggregate(group, column) : {value: ""};
    }

    /**
     * What each kind comes to, in each currency.
     *
     * @param {String} name of the field.
     * @param {Object[]} records
     * @returns {Object[]} with a label and the money.
     */
    totals(name, records) {
        const currencyField = this.fields[name].currency_field;
        const currencyOf = (record) => record.data[currencyField]?.id;
        return this.fields.kind.selection.flatMap(([kind, label]) => {
            const mine = records.filter((record) => record.data.kind === kind);
            return [...new Set(mine.map(currencyOf))].map((currencyId) => {
                const sum = mine
                    .filter((record) => currencyOf(record) === currencyId)
                    .reduce((all, {data}) => all + data[name], 0);
                return {label, money: formatMonetary(sum, {currencyId})};
            });
        });
    }
}

registry.category("views").add("synkd_queue_list", {
    ...listView,
    Controller: QueueListController,
    Renderer: QueueListRenderer,
});

registry.category("views").add("synkd_queue_kanban", {
    ...kanbanView,
    Controller: QueueKanbanController,
});
