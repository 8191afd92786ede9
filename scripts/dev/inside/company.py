# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the scripts beside it share: a company of the demo that keeps other books.

It gets what the demo company has: the same 24 customers, a chart of accounts, and a
class for all products, so that customers and invoices can go there at once.
"""

# Who works there too; the administrator connects, the others can only ask him to.
PEOPLE = ("admin", "clerk", "finance")
COPIED = ("name", "ref", "is_company", "customer_rank", "city", "phone", "website")


def make_company(env, name):
    """Return a company with a chart of accounts, kept in rand.

    Loading a chart commits: what an earlier call left is taken up.
    """
    rand = env.ref("base.ZAR")
    rand.active = True
    companies = env["res.company"]
    company = companies.search([("name", "=", name)]) or companies.create(
        {
            "name": name,
            "currency_id": rand.id,
            "country_id": env.ref("base.za").id,
        }
    )
    env["res.users"].search([("login", "in", PEOPLE)]).company_ids += company
    if not company.chart_template:
        charts = env["account.chart.template"].with_company(company)
        charts.try_loading("generic_coa", company, install_demo=False)
    company.currency_id = rand
    company.partner_id.tz = "Africa/Johannesburg"
    # Its customers come from a list that knows of no sales reps and categories.
    company.synkd_only_complete = False
    if not env["res.partner"].search_count([("company_id", "=", company.id)]):
        make_customers(env, company)
    return company


def make_customers(env, company):
    """Give a company the customers that the demo company has."""
    theirs = [
        ("company_id", "=", env.ref("base.main_company").id),
        ("customer_rank", ">", 0),
        ("parent_id", "=", False),
    ]
    env["res.partner"].create(
        [
            {name: customer[name] for name in COPIED}
            | {"company_id": company.id, "country_id": customer.country_id.id}
            for customer in env["res.partner"].search(theirs, order="id")
        ]
    )


def class_products(env, company):
    """Post all products of a company as themselves."""
    mine = [("company_id", "=", company.id), ("posting", "=", "direct")]
    direct = env["synkd.product.class"].search(mine, limit=1)
    categories = env["product.category"].with_company(company)
    categories.search([("parent_id", "=", False)]).synkd_product_class_id = direct


def find_ledger(env, connector):
    """Return the ledger of a connector that was made here before, if any."""
    ledgers = env["synkd.ledger"].with_context(active_test=False)
    return ledgers.search([("connector", "=", connector)], limit=1)


def run(env, ledger):
    """Make the run that was asked for, as the ledger's cron does."""
    env.cr.commit()
    ledger.cron_id.method_direct_trigger()
    env.cr.commit()


def map_lists(env, ledger, **codes):
    """Map what the demo uses: its sales tax, its bank, its sales.

    :param codes: in the books, by kind: tax, bank, account.
    """
    company = ledger.company_id
    journals = env["account.journal"]
    mine = [("company_id", "=", company.id)]
    sales = journals.search([*mine, ("type", "=", "sale")], limit=1)
    sources = {
        "tax": company.account_sale_tax_id,
        "bank": journals.search([*mine, ("type", "=", "bank")], limit=1),
        "account": sales.default_account_id,
    }
    for kind, source in sources.items():
        item = find_item(env, ledger, kind, codes[kind])
        env["synkd.mapping"]._ensure(ledger, {(kind, str(source.id))}).item_id = item


def find_item(env, ledger, kind, code):
    """Return what the books have under a code; it is there.

    :raise ValueError: when the lists of the books did not come.
    """
    known = [("ledger_id", "=", ledger.id), ("kind", "=", kind)]
    return env["synkd.books.item"].search([*known, ("code", "=", code)]).ensure_one()
