# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run by `odoo shell` on the demo database: a shop ready to open, and who works there.

Every record is made once and known by an external id, so that the script may run after
each update: what a person changed since stays as it is. It is no data of an addon,
because it needs all of them and gives people logins.
"""

from datetime import date, timedelta

PREFIX = "__synkd_shop__"
BANK = "bank"
GROUPS = {
    "cashier": ("point_of_sale.group_pos_user", "base.group_partner_manager"),
    "clerk": (
        "account.group_account_invoice",
        "sales_team.group_sale_salesman_all_leads",
        "stock.group_stock_user",
        "base.group_partner_manager",
    ),
    "finance": (
        "account.group_account_manager",
        "base.group_partner_manager",
        "base.group_allow_export",
    ),
}
# Login, which is the password too, to the name of the person and what they are.
LOGINS = {
    "cashier": ("Thandi Cele", "cashier"),
    "clerk": ("Sipho Nkosi", "clerk"),
    "finance": ("Naledi Dube", "finance manager"),
}
# Where each of them starts after logging in.
HOMES = {
    "cashier": "point_of_sale.action_pos_config_kanban",
    "clerk": "sale.action_orders",
    "finance": "synkd_connector.synkd_transaction_action_attention",
}
GOODS = {
    "cappuccino": ("Cappuccino", "CAP-1", 32.0, "bar"),
    "espresso": ("Espresso", "ESP-1", 24.5, "bar"),
    "croissant": ("Croissant", "CRO-1", 28.49, "bar"),
    "filters": ("Filter papers, 100", "FIL-1", 64.95, "home"),
    "seal": ("Seal for a coffee machine", "SEA-1", 85.0, "home"),
}
CATEGORIES = {"bar": "Coffee bar", "home": "For home"}
# Customers who may not have all that they ask for.
UNSOUND = {
    "held": "Harvest Co-op (on hold)",
    "late": "Late Lounge (overdue)",
    "limit": "Little Limit Traders (above the limit)",
}
TAKEN = {
    "synkd_connector_demo.product_product_coffee_demo": "home",
    "synkd_connector_demo.product_product_service_demo": "home",
}


class Shop:
    """The shop of a company, made as far as it is missing."""

    def __init__(self, env, company):
        lists = {"allowed_company_ids": company.ids, "tracking_disable": True}
        self.env = env(context={**env.context, **lists})
        self.company = company

    def once(self, name, model, values):
        """Return the record of that name, created when it is not there.

        :param dict values: of the new record.
        """
        xml_id = f"{PREFIX}.{name}"
        record = self.env.ref(xml_id, raise_if_not_found=False)
        if not record:
            record = self.env[model].create(values)
            known = {"xml_id": xml_id, "record": record, "noupdate": True}
            self.env["ir.model.data"]._update_xmlids([known])
        return record

    def is_made(self, name):
        """Tell whether the record of that name is there."""
        return bool(self.env.ref(f"{PREFIX}.{name}", raise_if_not_found=False))

    def people(self):
        """Make the three logins."""
        for login, (name, _role) in LOGINS.items():
            groups = ("base.group_user", *GROUPS[login])
            values = {
                "name": name,
                "login": login,
                "password": login,
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
                "action_id": self.env.ref(HOMES[login]).id,
                "group_ids": [(6, 0, [self.env.ref(group).id for group in groups])],
            }
            users = self.env["res.users"].with_context(no_reset_password=True)
            self.once(f"user_{login}", users._name, values)

    def products(self):
        """Put the demo's products on the till, and some more."""
        shelves = {
            key: self.once(f"category_{key}", "pos.category", {"name": name})
            for key, name in CATEGORIES.items()
        }
        for key, (name, code, price, shelf) in GOODS.items():
            values = {
                "name": name,
                "default_code": code,
                "list_price": price,
                "available_in_pos": True,
                "pos_categ_ids": [(6, 0, shelves[shelf].ids)],
                "categ_id": self.env.ref("product.product_category_goods").id,
            }
            self.once(f"product_{key}", "product.product", values)
        for xml_id, shelf in TAKEN.items():
            on_till = {"available_in_pos": True, "pos_categ_ids": shelves[shelf].ids}
            self.env.ref(xml_id).write(on_till)

    def rounding(self):
        """Return the rounding of cash to ten cents."""
        expense, income = (
            self.env["account.account"].search(
                [
                    ("account_type", "=", kind),
                    ("company_ids", "in", self.company.ids),
                ],
                limit=1,
            )
            for kind in ("expense", "income_other")
        )
        values = {
            "name": "To ten cents",
            "rounding": 0.10,
            "rounding_method": "HALF-UP",
            "strategy": "add_invoice_line",
            "loss_account_id": expense.id,
            "profit_account_id": (income or expense).id,
        }
        return self.once("rounding", "account.cash.rounding", values)

    def till(self):
        """Make the till with cash, card and customer account; map its journals."""
        configs = self.env["pos.config"]
        journal, methods = configs._create_journal_and_payment_methods()
        values = {
            "name": "Durban Shop",
            "company_id": self.company.id,
            "journal_id": journal.id,
            "payment_method_ids": [(6, 0, methods)],
            "cash_rounding": True,
            "only_round_cash_method": True,
            "rounding_method": self.rounding().id,
            "walk_in_class_id": self.walk_in_class().id,
        }
        till = self.once("till", "pos.config", values)
        self.map(till.payment_method_ids.journal_id)

    def kiosk(self):
        """Make a second shop: each sale by itself, and its cashier does not decide."""
        configs = self.env["pos.config"]
        journal, methods = configs._create_journal_and_payment_methods()
        values = {
            "name": "Beach Kiosk",
            "company_id": self.company.id,
            "journal_id": journal.id,
            "payment_method_ids": [(6, 0, methods)],
            "walk_in_class_id": self.walk_in_class().id,
            "synkd_summary_mode": "order",
            "synkd_cashiers_answer": False,
        }
        kiosk = self.once("kiosk", "pos.config", values)
        self.map(kiosk.payment_method_ids.journal_id)

    def walk_in_class(self):
        """Return the class that sales without a customer are posted by."""
        return self.class_that_posts("generic")

    def class_that_posts(self, posting):
        """Return the first class of the company that posts like that."""
        mine = [("company_id", "=", self.company.id), ("posting", "=", posting)]
        return self.env["synkd.customer.class"].search(mine, limit=1)

    def till_customers(self):
        """Make one of whom nobody decided, and one whom tills and repairs hide.

        The first is none of those that Sync takes over: a person from the street.
        """
        self.once("customer_undecided", "res.partner", {"name": "Lindiwe Zulu"})
        own = self.class_that_posts("account")
        own.write({"need_names": True, "need_address": True, "need_email": True})
        web_only = {
            "name": "Web Only",
            "posting": "account",
            "company_id": self.company.id,
            "show_pos": False,
            "show_service": False,
        }
        web_only = self.once("class_web", "synkd.customer.class", web_only)
        customer = self.once("customer_web", "res.partner", self.web_customer())
        account = {
            "name": customer.name,
            "class_id": web_only.id,
            "ledger_id": self.company._get_synkd_ledger().id,
            "mirror_partner_id": customer.id,
        }
        self.once("account_web", "synkd.account.customer", account)

    def map(self, journals):
        """Give the demo books an account for each journal, and map it."""
        ledger = self.env["synkd.ledger"].search(
            [("company_id", "=", self.company.id), ("connector", "=", "demo")], limit=1
        )
        items = self.env["synkd.demo.item"]
        known = items._get_items(ledger).filtered(lambda item: item.kind == BANK)
        unknown = journals.filtered(lambda own: own.code not in known.mapped("code"))
        values = {"ledger_id": ledger.id, "kind": BANK}
        items.create([values | {"code": j.code, "name": j.name} for j in unknown])
        self.env["synkd.demo.setup"]._make_ready(ledger)

    def web_customer(self):
        """Return the values of a customer who lacks nothing."""
        return {
            "name": "Web Wholesale",
            "is_company": True,
            "customer_rank": 1,
            "child_ids": [(0, 0, {"name": "Neo Molefe"})],
            "customer_category_id": self.env.ref(
                "synkd_connector_demo.customer_category_wholesale_demo"
            ).id,
            "customer_currency_id": self.company.currency_id.id,
            "property_payment_term_id": self.env.ref(
                "account.account_payment_term_30days"
            ).id,
            "user_id": self.env.ref(f"{PREFIX}.user_clerk").id,
        }

    def order(self):
        """Make a confirmed sales order that waits for its invoice."""
        coffee = self.env.ref("synkd_connector_demo.product_product_coffee_demo")
        values = {
            "partner_id": self.env.ref("synkd_connector_demo.customer_hop001_demo").id,
            "user_id": self.env.ref(f"{PREFIX}.user_clerk").id,
            "order_line": [(0, 0, {"product_id": coffee.id, "product_uom_qty": 2})],
        }
        self.once("order", "sale.order", values).action_confirm()

    def repair(self):
        """Make a confirmed repair with a part, without a quotation yet."""
        machine = {"name": "Coffee machine", "default_code": "MAC-1"}
        part = {
            "product_id": self.env.ref(f"{PREFIX}.product_seal").id,
            "product_uom_qty": 1,
            "repair_line_type": "add",
        }
        customer = self.env.ref("synkd_connector_demo.customer_sam001_demo")
        values = {
            "partner_id": customer.id,
            "user_id": self.env.ref(f"{PREFIX}.user_clerk").id,
            "product_id": self.once("machine", "product.product", machine).id,
            "move_ids": [(0, 0, part)],
        }
        self.once("repair", "repair.order", values)._action_repair_confirm()

    def standing(self):
        """Make customers on hold, overdue and above the limit, who ask for more.

        A delivery of the first is under way.
        """
        seal = self.env.ref(f"{PREFIX}.product_seal")
        lines = [(0, 0, {"product_id": seal.id, "product_uom_qty": 10})]
        found = {}
        for key, name in UNSOUND.items():
            values = {"name": name, "is_company": True, "customer_rank": 1}
            found[key] = self.once(f"customer_{key}", "res.partner", values)
            order = {"partner_id": found[key].id, "order_line": lines}
            self.once(f"quotation_{key}", "sale.order", order)
        begun = {"partner_id": found["held"].id, "order_line": lines}
        self.once("order_held", "sale.order", begun).action_confirm()
        found["held"].action_synkd_hold("Cheque of last month came back")
        found["late"].overdue_since = date.today() - timedelta(days=1)
        limited = found["limit"].with_company(self.company)
        limited.write({"credit_limit": 500, "limit_action": "reason"})


def make(env):
    """Make the shop of the main company, each part once.

    :param env: an environment of the superuser.
    """
    shop = Shop(env, env.ref("base.main_company"))
    shop.people()
    for name, part in (
        ("category_bar", shop.products),
        ("till", shop.till),
        ("order", shop.order),
        ("repair", shop.repair),
        ("customer_held", shop.standing),
        ("customer_undecided", shop.till_customers),
        ("kiosk", shop.kiosk),
    ):
        if not shop.is_made(name):
            part()


if "env" in globals():
    make(env)  # noqa: F821
    env.cr.commit()  # noqa: F821
