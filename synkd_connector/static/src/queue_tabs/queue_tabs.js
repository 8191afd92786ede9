// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {Component, useState} from "@odoo/owl";
import {ListController} from "@web/views/list/list_controller";
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

export class QueueListController extends ListController {
    static template = "synkd_connector.QueueListView";
    static components = {...ListController.components, QueueTabs};

    setup() {
        super.setup();
        this.queue = useState({tabs: []});
    }

    get modelParams() {
        const params = super.modelParams;
        // Whatever reads the list again, a button or a run, may have moved rows.
        params.hooks.onWillLoadRoot = () => {
            this.loadTabs();
        };
        return params;
    }

    /** What stands above the list of this tab: why nothing goes to the books. */
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
}

registry.category("views").add("synkd_queue_list", {
    ...listView,
    Controller: QueueListController,
});
