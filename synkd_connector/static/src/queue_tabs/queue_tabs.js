// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useState} from "@odoo/owl";
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

/** Money of different kinds is not added up: each kind has a total of its own. */
export class QueueListRenderer extends ListRenderer {
    computeAggregates() {
        const aggregates = super.computeAggregates();
        const {isGrouped, records, selection} = this.props.list;
        const shown = selection.length ? selection : records;
        if (isGrouped && !selection.length) {
            return this.isGroupedByKind ? {} : aggregates;
        }
        for (const [name, aggregate] of Object.entries(aggregates)) {
            aggregate.value = this.totals(name, shown) || aggregate.value;
        }
        return aggregates;
    }

    get isGroupedByKind() {
        return this.props.list.groupBy[0] === "kind";
    }

    /** One line for each kind, or nothing where there is only one. */
    totals(name, records) {
        const labels = Object.fromEntries(this.fields.kind.selection);
        const byKind = Object.groupBy(records, (record) => record.data.kind);
        const kinds = Object.keys(labels).filter((kind) => kind in byKind);
        if (kinds.length < 2) {
            return "";
        }
        const lines = kinds.map((kind) => {
            const [first] = byKind[kind];
            const sum = byKind[kind].reduce((all, {data}) => all + data[name], 0);
            const currency = first.data[this.fields[name].currency_field];
            const money = formatMonetary(sum, {currencyId: currency?.id});
            return `${labels[kind]} ${money}`;
        });
        return lines.join("\n");
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
