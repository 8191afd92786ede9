# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import file_open

from odoo.addons import synkd_connector_http as http
from odoo.addons.synkd_connector.lib.errors import (
    MisconfiguredError,
    UnauthorisedError,
)
from odoo.addons.synkd_connector_http.const import MASK
from odoo.addons.synkd_connector_http.lib.address import LOOPBACK_OPTION, PRIVATE_OPTION
from odoo.addons.synkd_connector_http.lib.oauth import Tokens

from ..const import API_URL
from .common import CALLBACK_PATH, XeroCommon

SECRETS = (
    "http_client_secret",
    "http_secret_sealed",
    "http_webhook_key",
    "http_webhook_sealed",
    "http_client_id",
    "http_api_url",
    "http_connection_key",
)
# What is kept encrypted, by model.
SEALED = {
    "synkd.ledger": ("http_secret_sealed", "http_webhook_sealed"),
    "synkd.http.token": ("access_sealed", "refresh_sealed"),
    "synkd.http.login": ("verifier_sealed",),
}


@tagged("post_install", "-at_install")
class TestXeroLedger(XeroCommon):
    """The ledger's Login page: secrets, addresses, rights, limits."""

    # === SECRETS === #

    def test_secrets_are_sealed_and_never_shown(self):
        self.ledger.http_client_secret = "top-s3cret"
        self.ledger.http_webhook_key = "h00k"
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT http_secret_sealed, http_webhook_sealed FROM synkd_ledger"
            " WHERE id = %s",
            [self.ledger.id],
        )
        for sealed in self.env.cr.fetchone():
            self.assertNotIn("top-s3cret", sealed)
            self.assertNotIn("h00k", sealed)
        self.env.invalidate_all()
        self.assertEqual(self.ledger.http_client_secret, MASK)
        vault = self.env["synkd.vault"]
        sealed = self.ledger.http_secret_sealed
        self.assertEqual(vault._unseal(sealed, self.ledger), "top-s3cret")

    def test_saving_the_mask_keeps_the_secret(self):
        before = self.ledger.http_secret_sealed
        with Form(self.ledger) as form:
            form.name = "Renamed"
        self.ledger.http_client_secret = MASK
        self.assertEqual(self.ledger.http_secret_sealed, before)
        self.ledger.http_client_secret = False
        self.assertFalse(self.ledger.http_secret_sealed)

    def test_a_copy_has_neither_secrets_nor_connection(self):
        copy = self.ledger.copy({"active": False})
        for name in (*SECRETS, "http_tenant_key", "http_tenant_name"):
            if name != "http_api_url":
                self.assertFalse(copy[name], name)
        self.assertEqual(copy.http_api_url, API_URL)
        self.assertEqual(copy.http_state, "none")

    def test_secrets_are_left_out_of_exports(self):
        fields = self.env["synkd.ledger"].fields_get(attributes=["exportable"])
        for name in "http_client_secret", "http_webhook_key":
            self.assertFalse(fields[name].get("exportable", True), name)

    def test_what_is_sealed_is_out_of_everybodys_reach(self):
        self.ledger.http_client_secret = "top-s3cret"
        self.ledger.http_webhook_key = "h00k"
        self.ledger.action_connect()
        boss = self.create_user("xero_boss", "base.group_system")
        for model, names in SEALED.items():
            record = self.env[model].search([], limit=1).with_user(boss)
            for name in names:
                self.assertTrue(record.sudo()[name], name)
                for look in (
                    lambda r=record, n=name: r.read([n]),
                    lambda r=record, n=name: r.export_data([n]),
                    lambda r=record, n=name: r.search([(n, "like", "gAAA%")]),
                    lambda r=record, n=name: r.search([], order=n),
                    lambda r=record, n=name: r.write({n: "mine"}),
                ):
                    # As a request of its own, with nothing in the cache.
                    self.env.invalidate_all()
                    with (
                        self.subTest(model=model, name=name),
                        self.assertRaises(AccessError),
                    ):
                        look()
                self.assertNotIn(name, record.fields_get())

    def test_several_ledgers_tell_their_addresses_at_once(self):
        other = self.env["res.company"].create({"name": "Other"})
        both = self.ledger | self.create_ledger(company_id=other.id)
        for ledger in both:
            self.assertTrue(ledger.http_redirect_url.endswith(CALLBACK_PATH))
        self.env.invalidate_all()
        told = both.read(["http_redirect_url", "http_webhook_url"])
        self.assertEqual(len({row["http_redirect_url"] for row in told}), 1)
        self.assertTrue(all(row["http_webhook_url"] for row in told))
        empty = self.env["synkd.ledger"].new({"connector": "xero"})
        self.assertTrue(empty.http_redirect_url.endswith(CALLBACK_PATH))

    def test_only_administrators_see_credentials(self):
        manager = self.create_user("xero_man", "synkd_connector.group_manager")
        ledger = self.ledger.with_user(manager)
        self.assertEqual(ledger.http_tenant_name, "Kudu Trading (Pty) Ltd")
        self.assertEqual(ledger.http_state, "live")
        for name in SECRETS:
            with self.subTest(name=name), self.assertRaises(AccessError):
                ledger.read([name])
            with self.subTest(name=name), self.assertRaises(AccessError):
                ledger.write({name: "https://evil.example"})

    def test_nobody_reads_tokens_or_begun_logins(self):
        boss = self.create_user("xero_boss", "base.group_system")
        manager = self.create_user("xero_man", "synkd_connector.group_manager")
        for model in ("synkd.http.token", "synkd.http.login", "synkd.http.event"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(manager).search([])
            with self.assertRaises(AccessError):
                self.env[model].with_user(boss).create({"ledger_id": self.ledger.id})

    def test_a_neutralised_copy_forgets_all_logins(self):
        self.ledger.http_webhook_key = "h00k"
        self.env.flush_all()
        script = Path(http.__file__).parent / "data" / "neutralize.sql"
        self.env.cr.execute(script.read_text())
        self.env.invalidate_all()
        self.assertFalse(self.env["synkd.http.token"].search([]))
        self.assertFalse(self.ledger.http_secret_sealed)
        self.assertFalse(self.ledger.http_webhook_sealed)
        self.assertEqual(self.ledger.http_state, "none")
        self.assertTrue(self.ledger.http_tenant_key, "known for the real login")

    def test_a_neutralised_copy_posts_nothing(self):
        self.ledger.post_accounts = True
        self.env.flush_all()
        with file_open("synkd_connector/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.ledger.post_accounts)

    # === ADDRESSES === #

    def test_only_https_is_allowed(self):
        for url in (
            "http://api.xero.com",
            "ftp://api.xero.com",
            "https://user:pass@api.xero.com",
            "https://api.xero.com/other",
            "https://api.xero.com?x=1",
            "https://",
            "api.xero.com",
            "https://[",
            "",
            False,
        ):
            for name in ("http_api_url", "http_identity_url", "http_login_url"):
                with self.subTest(url=url), self.assertRaises(ValidationError):
                    self.ledger[name] = url
        self.ledger.http_api_url = "https://api.xero.example"

    def test_addresses_that_readers_read_differently_are_refused(self):
        for url, why in (
            ("https://api.xero.com:8443", "port"),
            ("https://api.xero.com:0", "port"),
            ("https://me@api.xero.com", "no address"),
            ("https://:secret@api.xero.com", "no address"),
            ("https://api.xero.com#books", "no address"),
            ("https://api.xero.com?a=b", "no address"),
            ("https://api.xero.com\\@evil.example", "no address"),
            ("https://api.xero.com\r\nHost: evil.example", "no address"),
            ("https://api.xero.com\x00", "no address"),
            ("https://api.xero.com\u2028", "no address"),
            ("https://api.xеro.com", "no address"),
            ("https://10.0.0.1", "private network"),
            ("https://192.168.1.1", "private network"),
            ("https://169.254.169.254", "private network"),
            ("https://[::1]", "private network"),
            ("https://[::ffff:10.0.0.1]", "private network"),
            ("https://[fe80::1]", "private network"),
        ):
            with (
                self.subTest(url=url),
                patch.dict(os.environ, {LOOPBACK_OPTION: ""}),
                self.assertRaisesRegex(ValidationError, why),
            ):
                self.ledger.http_api_url = url

    def test_a_private_network_is_allowed_by_whoever_runs_the_server(self):
        with patch.dict(os.environ, {PRIVATE_OPTION: "1"}):
            self.ledger.http_api_url = "https://10.0.0.1"

    def test_this_machine_is_allowed_under_test_only(self):
        self.ledger.http_api_url = "http://127.0.0.1:8300"
        self.ledger.http_api_url = "http://localhost:8300"
        for host in ("127.0.0.1.evil.example", "10.0.0.1", "localhost.evil.example"):
            with self.subTest(host=host), self.assertRaises(ValidationError):
                self.ledger.http_api_url = f"http://{host}"
        with patch.dict(os.environ):
            del os.environ[LOOPBACK_OPTION]
            with self.assertRaisesRegex(ValidationError, "https://"):
                self.ledger.http_api_url = "http://127.0.0.1:8301"

    def test_nothing_secret_goes_to_an_address_that_is_not_allowed_any_more(self):
        with patch.dict(os.environ):
            del os.environ[LOOPBACK_OPTION]
            run = self.run_ledger()
        self.assertIn("cannot be used", run.message)
        self.assertEqual(self.http_calls(), [])

    # === NOT SET UP === #

    def test_what_is_missing_is_named(self):
        connector = self.ledger._get_connector()
        self.ledger.write({"http_tenant_key": False, "http_tenant_name": False})
        with self.assertRaisesRegex(MisconfiguredError, "Press Choose Organisation"):
            connector._check(self.ledger)
        self.env["synkd.http.token"].search([]).unlink()
        with self.assertRaisesRegex(UnauthorisedError, "Press Connect"):
            connector._check(self.ledger)
        self.ledger.http_client_id = False
        with self.assertRaisesRegex(MisconfiguredError, "no Client ID"):
            connector._check(self.ledger)

    def test_credit_limits_stay_here_and_the_screen_says_so(self):
        self.assertFalse(self.ledger._get_capabilities().credit_limit)
        self.assertFalse(self.ledger._get_capabilities().hold)
        account = self.create_account("Hope Works", credit_limit=500)
        says = (
            f"{self.ledger.name} keeps no credit limit, hold, customer category, sales"
            " rep, or price list: that stays in Odoo."
        )
        self.assertEqual(account.unkept, says)
        self.assertIn(says, account._explain_next_push(account._get_payload()))
        self.run_ledger()
        before = self.write_calls()
        account.credit_limit = 700
        self.run_ledger()
        self.assertEqual(self.write_calls(), before)
        self.assertEqual(account.credit_limit, 700)

    # === LIMITS === #

    def test_the_day_limit_is_learned(self):
        steps = ((-1, -1), (900, 1000), (800, 1000), (4000, 5000), (700, 5000))
        for remaining, expected in steps:
            limit = self.ledger._get_xero_day_limit(remaining)
            self.assertEqual(limit, expected, remaining)
            if remaining >= 0:
                self.ledger.write({"day_remaining": remaining, "day_limit": limit})
        self.assertEqual(
            self.ledger._get_xero_day_limit(999), 1000, "a new, poorer day"
        )

    # === PERSONS === #

    def test_five_persons_are_the_most(self):
        account = self.create_account("Hope Works")
        people = [
            {"name": f"P {n}", "account_customer_id": account.id} for n in range(6)
        ]
        self.env["synkd.xero.person"].create(people[:5])
        with self.assertRaisesRegex(ValidationError, "more contact persons than"):
            self.env["synkd.xero.person"].create(people[5])

    def test_a_new_account_customer_takes_the_customer_s_people_over(self):
        partner = self.create_partner("Hope Works")
        for number in range(7):
            self.env["res.partner"].create(
                {"name": f"P {number}", "parent_id": partner.id, "type": "contact"}
            )
        accounts = self.env["synkd.account.customer"]
        account = accounts.create(accounts._prepare_from_partner(partner))
        self.assertEqual(len(account.xero_person_ids), 5)

    def test_persons_of_other_books_are_not_made(self):
        self.ledger.active = False
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.env["synkd.ledger"].create(
            {"name": "Demo", "connector": "demo", "company_id": self.company.id}
        )
        self.env.registry.clear_cache()
        partner = self.create_partner("Hope Works")
        self.env["res.partner"].create({"name": "P", "parent_id": partner.id})
        vals = self.env["synkd.account.customer"]._prepare_from_partner(partner)
        self.assertNotIn("xero_person_ids", vals)

    def test_a_group_of_a_class_sends_its_customers(self):
        account = self.create_account("Hope Works")
        self.run_ledger()
        self.class_account.xero_contact_group = "Retail"
        self.assertEqual(account.sync_state, "pending")

    def test_it_is_told_how_long_an_unused_login_lasts(self):
        token = self.ledger.http_token_ids
        token.expires_at = "2026-11-22 12:30:00"
        self.assertEqual(str(self.ledger.http_login_until), "2027-01-21")
        token._set_lost()
        self.assertFalse(self.ledger.http_login_until)
        token._set_kept(Tokens("a", "r", 1800, "all"))
        self.assertTrue(self.ledger.http_login_until)
        self.ledger.http_login = "app"
        self.assertFalse(self.ledger.http_login_until, "it has no refresh token")

    def test_testing_the_connection_tells_what_is_left(self):
        self.assertEqual(self.ledger.day_remaining, -1)
        self.ledger.action_test_connection()
        self.run_ledger()
        self.assertEqual(self.ledger.check_message, "The connection works.")
        self.assertGreater(self.ledger.day_remaining, 4000)
        self.assertEqual(self.ledger.day_limit, 5000)
