# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from functools import partial

from odoo.tests import BaseCase, tagged

from odoo.addons.synkd_connector.lib.results import NOT_FOUND, OK, CustomerData, Email
from odoo.addons.synkd_connector.tests.contract import ConnectorHarness

from ..lib import customers, mails
from .common import SecondOdooCommon, SecondOdooHooks
from .fault_proxy import LOST_AFTER, LOST_BEFORE

OWN = Email("desk@hope.example")
ANN = Email("ann@hope.example", ("invoices", "statements"))
BEN = Email("ben@hope.example", ("orders",))


@tagged("post_install", "-at_install")
class TestMails(BaseCase):
    """Whom mails go to, as it is sent."""

    def test_a_customer_without_them_is_what_it_was_before_they_were_sent(self):
        for emails in ((), (OWN,)):
            data = CustomerData(name="Hope", email=OWN.address, emails=emails)
            self.assertEqual(mails.to_payload(data), {})
            self.assertNotIn("mails", customers.to_record(data))

    def test_each_address_is_called_after_what_is_mailed_there(self):
        more = Email("more@hope.example")
        same = Email(OWN.address, ("orders",))
        data = CustomerData(email=OWN.address, emails=(OWN, more, same, ANN))
        told = [
            ["ann@hope.example", "Invoices, statements"],
            ["desk@hope.example", "Orders"],
            ["more@hope.example", "more@hope.example"],
        ]
        self.assertEqual(mails.to_payload(data), {"mails": told})

    def test_a_key_is_of_one_customer_and_of_one_address(self):
        key = mails.key_of("SKA", ANN.address)
        self.assertEqual(key, mails.key_of("SKA", ANN.address.upper()))
        self.assertNotEqual(key, mails.key_of("SKB", ANN.address))
        self.assertNotEqual(key, mails.key_of("SKA", BEN.address))

    def test_contacts_of_the_bookkeeper_are_not_known(self):
        key = mails.key_of("SKA", ANN.address)
        contact = {"parent_id": [7, "Hope"], "email": ANN.address, "name": "Orders"}
        contacts = [{"id": id_, **contact} for id_ in (1, 2, 3)]
        keys = {1: {key}, 2: {"SKA_delivery"}}
        found = {7: {key: [ANN.address, "Orders"]}}
        self.assertEqual(mails.find_known(contacts, keys), found)
        self.assertEqual(mails.to_pairs(found[7]), [[ANN.address, "Orders"]])


@tagged("post_install", "-at_install")
class TestOdooMails(SecondOdooHooks, ConnectorHarness, SecondOdooCommon):
    """Whom mails go to, as the second Odoo has it."""

    def mailed(self, *emails, **values):
        """Return a customer with some addresses beside its own."""
        return self.customer(email=OWN.address, emails=(OWN, *emails), **values)

    def there(self, active="t"):
        """Return the contacts below customers: name and address."""
        return self.remote.sql(
            "SELECT name, email FROM res_partner WHERE parent_id IS NOT NULL"
            f" AND type = 'contact' AND active = '{active}' ORDER BY email"
        )

    def test_they_are_contacts_that_follow_each_change(self):
        data = self.mailed(ANN, BEN)
        data = replace(data, external_id=self.post(data).external_id)
        both = [["Invoices, statements", ANN.address], ["Orders", BEN.address]]
        self.assertEqual(self.there(), both)
        self.assertEqual(self.ask(data)[0].outcome, OK)
        for emails, left in (
            ((OWN, replace(ANN, purposes=("orders",))), [["Orders", ANN.address]]),
            ((OWN,), []),
            ((OWN, BEN, ANN), both),
        ):
            data = replace(data, emails=emails)
            self.assertEqual(self.ask(data)[0].outcome, NOT_FOUND, emails)
            self.post(data)
            self.assertEqual(self.there(), left)
            self.assertEqual(self.ask(data)[0].outcome, OK, emails)
        self.assertEqual(self.there(active="f"), [], "they are the same two again")

    def test_what_the_bookkeeper_adds_stays_and_is_no_customer(self):
        data = self.mailed(ANN)
        data = replace(data, external_id=self.post(data).external_id)
        theirs = {"name": "Zed", "email": "zed@hope.example"}
        theirs["parent_id"] = int(data.external_id)
        self.remote.ask("res.partner", "create", theirs)
        self.assertEqual(self.ask(data)[0].outcome, OK)
        self.post(replace(data, emails=(OWN,)))
        self.assertEqual(self.there(), [["Zed", "zed@hope.example"]])
        self.assertEqual(list(self.pull()[0]), [data.code])
        found = self.pull()[0][data.code]
        self.assertEqual(found.email, OWN.address)

    def test_they_give_the_customer_no_address_and_take_none_away(self):
        data = self.mailed(ANN, street="1 High Street", city="Durban")
        data = replace(data, external_id=self.post(data).external_id)
        self.post(replace(data, emails=(OWN, BEN)))
        self.assertEqual(self.pull()[0][data.code].street, "1 High Street")
        bare = self.mailed(ANN, name="Bare")
        self.post(bare)
        self.assertFalse(self.pull()[0][bare.code].street)

    def test_a_batch_takes_one_call_more_however_many_there_are(self):
        self.proxy.calls.clear()
        self.post(self.mailed(ANN), self.mailed(ANN, BEN, name="Bay"))
        self.assertEqual(len(self.proxy.writes()), 2)
        self.proxy.calls.clear()
        self.post(self.mailed(name="Cay"), self.mailed(name="Day"))
        self.assertEqual(len(self.proxy.writes()), 1, "without them there is none")

    def test_one_that_is_refused_refuses_its_customer_alone(self):
        self.remote.refuse("res_partner", "email", "bad@")
        bad, good = (
            self.mailed(Email("bad@hope.example", ("orders",))),
            self.mailed(BEN),
        )
        good = replace(good, name="Bay", code="BAY900")
        outcomes = [result.outcome for result in self.send(bad, good)]
        self.assertEqual(outcomes, ["rejected", OK])
        self.assertEqual(self.there(), [["Orders", BEN.address]])


@tagged("post_install", "-at_install")
class TestOdooMailsByRuns(SecondOdooHooks, SecondOdooCommon):
    """Contacts of a customer here are contacts over there."""

    def setUp(self):
        super().setUp()
        self.partner = self.create_partner("Hope Works")
        context = self.partner.action_create_account_customer()["context"]
        accounts = self.env["synkd.account.customer"]
        self.account = accounts.with_context(**context).create({})
        self.run_ledger()
        self.assertEqual(self.account.sync_state, "synced")
        self.person = self.env["res.partner"].create(
            {
                "name": "Ann",
                "email": ANN.address,
                "parent_id": self.partner.id,
                "mail_invoices": True,
            }
        )

    def go_on(self):
        """Run again, as if the time had come for whatever waits."""
        self.ledger._set_resumed()
        for model in ("account.customer", "request"):
            found = self.env[f"synkd.{model}"].search([("retry_at", "!=", False)])
            found.sudo().write({"retry_at": False})
        self.run_ledger()

    def there(self):
        return self.remote.sql(
            "SELECT name, email, active FROM res_partner"
            " WHERE parent_id IS NOT NULL AND type = 'contact'"
        )

    def is_second_load(self, loads, _model, method):
        """Note a call that writes customers; return whether it is the second."""
        if method == "load":
            loads.append(method)
        return method == "load" and len(loads) == 2

    def test_they_are_there_once_whichever_answer_is_lost(self):
        """The second call of the batch is the one that writes them."""
        for fault in (LOST_AFTER, LOST_BEFORE):
            address = f"{fault}@hope.example"
            self.person.email = address
            loads = []
            self.proxy.break_calls(fault, partial(self.is_second_load, loads))
            self.run_ledger()
            self.proxy.break_calls(None)
            self.assertGreaterEqual(len(loads), 2, "the answer was lost")
            self.go_on()
            self.go_on()
            live = [row for row in self.there() if row[2] == "t"]
            self.assertEqual(live, [["Invoices", address, "t"]])
            self.assertEqual(self.account.sync_state, "synced")

    def test_who_gets_no_mails_any_more_is_archived_there(self):
        self.run_ledger()
        self.assertEqual(self.there(), [["Invoices", ANN.address, "t"]])
        self.person.mail_invoices = False
        self.run_ledger()
        self.assertEqual(self.there(), [["Invoices", ANN.address, "f"]])
        self.person.write({"mail_invoices": True, "mail_orders": True})
        self.run_ledger()
        self.assertEqual(self.there(), [["Invoices, orders", ANN.address, "t"]])
