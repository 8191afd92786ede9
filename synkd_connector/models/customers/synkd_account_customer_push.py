# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_list

from ...const import MAIL_PURPOSES, PLAIN_FIELDS
from ...lib import emails
from ...lib.fingerprint import fingerprint
from ...lib.results import CustomerData, Email


class SynkdAccountCustomer(models.Model):
    """The engine's side of an account customer: what is sent of it."""

    _inherit = "synkd.account.customer"

    unkept = fields.Char(compute="_compute_unkept", compute_sudo=True)

    def _unwatched(self):
        """Return the model as runs use it: with archived records, nothing tracked."""
        return self.with_context(active_test=False, tracking_disable=True)

    @api.model
    def _find_by_code(self, ledger, codes):
        """Return the account customers of a ledger by code, whatever the case.

        :param recordset ledger: one `synkd.ledger`.
        :param codes: an iterable of texts.
        """
        self.flush_model(["code", "ledger_id"])
        found = self.env.execute_query(
            SQL(
                "SELECT id FROM synkd_account_customer"
                " WHERE ledger_id = %s AND upper(code) = ANY(%s)",
                ledger.id,
                [code.upper() for code in codes],
            )
        )
        return self.browse(id_ for (id_,) in found)

    def _to_data(self, lookup=None):
        """Override: a customer.

        :rtype: CustomerData
        """
        self.ensure_one()
        kind, days = self.payment_term_id._get_trading_term()
        is_english = self.env.lang in (False, None, "en_US")
        english = self if is_english else self.with_context(lang="en_US")
        seller_sudo = english.mirror_partner_id.sudo()
        seller_sudo = seller_sudo and seller_sudo.with_company(self.company_id)
        return CustomerData(
            **{name: self[name] or "" for name in PLAIN_FIELDS}
            | {"email": emails.first(self.email)},
            emails=self._get_emails(),
            sub_account=seller_sudo.sub_account_code or "",
            sales_rep=seller_sudo.user_id.name or "",
            price_list=seller_sudo.specific_property_product_pricelist.name or "",
            category=english._get_category_name(),
            version=self.books_version or "",
            external_id=self.external_id or "",
            state=self.state_id.code or "",
            country=self.country_id.code or "",
            state_name=english.state_id.name or "",
            country_name=english.country_id.name or "",
            delivery_state=self.delivery_state_id.code or "",
            delivery_country=self.delivery_country_id.code or "",
            delivery_state_name=english.delivery_state_id.name or "",
            delivery_country_name=english.delivery_country_id.name or "",
            currency=self.currency_id.name or "",
            term_kind=kind,
            term_days=days,
            credit_limit=f"{self.credit_limit:.2f}",
            held=self.held,
            archived=not self.active,
        )

    def _get_category_name(self):
        """Return the customer category for books that keep one, else "".

        :rtype: str
        """
        if not self.ledger_id._get_capabilities().categories:
            return ""
        return self.mirror_partner_id.sudo().customer_category_id.name or ""

    def _get_emails(self):
        """Return the addresses, and whose mails go elsewhere where books keep that.

        :rtype: tuple[Email]
        """
        own = tuple(map(Email, emails.split(self.email)))
        if not self.ledger_id._get_capabilities().emails:
            return own
        named = {}
        for purpose in MAIL_PURPOSES:
            people = self.mirror_partner_id.sudo()._get_mail_contacts(f"mail_{purpose}")
            for address in (a for person in people for a in emails.split(person.email)):
                named.setdefault(address, {})[purpose] = True
        return own + tuple(Email(each, tuple(named[each])) for each in named)

    @api.model
    def _queue_kept(self, domain, names):
        """Let account customers wait whose books keep what changed; others never.

        :param Domain domain: which ones.
        :param set names: of the ``Capabilities`` to keep it.
        """
        ledgers = self.env["synkd.ledger"].search([("id", "!=", False)])
        keep = ledgers.filtered(
            lambda ledger: any(getattr(ledger._get_capabilities(), n) for n in names)
        )
        if keep:
            self._set_all_queued(Domain("ledger_id", "in", keep.ids) & Domain(domain))

    @api.model
    def _set_all_queued(self, domain):
        """As ``_queue`` for any number: from *synced*, *pending* and *attention*.

        All customers may be of one class or category, whose change asks for this.

        Those that wait for a person are few, and documents may wait for them.

        :param Domain domain: which ones, archived ones too.
        """
        everybody = self.sudo().with_context(active_test=False)
        everybody.flush_model()
        others = everybody._search(domain & Domain("sync_state", "!=", "attention"))
        query = SQL(
            """WITH raised AS (
                UPDATE synkd_account_customer
                   SET revision = COALESCE(revision, 0) + 1, attempts = 0,
                       sync_state = CASE sync_state WHEN 'synced' THEN 'pending'
                                    ELSE sync_state END,
                       queued_at = CASE WHEN %(moves)s THEN %(now)s
                                   ELSE queued_at END,
                       retry_at = CASE WHEN NOT %(moves)s THEN retry_at END,
                       sync_message = CASE WHEN NOT %(moves)s THEN sync_message END,
                       write_uid = %(user)s, write_date = %(now)s
                 WHERE id IN %(others)s RETURNING ledger_id, sync_state)
            SELECT DISTINCT ledger_id FROM raised WHERE sync_state = 'pending'""",
            moves=SQL("sync_state IN ('synced', 'pending')"),
            now=fields.Datetime.now(),
            user=self.env.uid,
            others=others.subselect(),
        )
        ids = [ledger_id for (ledger_id,) in self.env.execute_query(query)]
        everybody.invalidate_model()
        ledgers = self.env["synkd.ledger"].sudo().browse(ids)
        ledgers.filtered("push_on_save")._wake()
        everybody.search(domain & Domain("sync_state", "=", "attention"))._queue()

    def _books_fields(self, data=None):
        """Return this customer as far as its books keep it, by field name.

        :param CustomerData data: what he is, when that is at hand.
        :rtype: dict
        """
        data = (data or self._to_data()).as_dict()
        return {name: data[name] for name in self.ledger_id._get_pulled_fields()}

    def _get_books_fingerprint(self, data):
        """Override: of the fields that the books give back.

        :rtype: str
        """
        return fingerprint(self._books_fields(data))

    @api.model
    def _forget_books(self, ledger):
        """Forget whom of some books the account customers of a ledger are.

        What was made here waits to be made anew; what was imported, and nobody is
        linked to, is archived: another customer with its code may take its place.

        :param recordset ledger: one `synkd.ledger` whose organisation is taken back.
        """
        mine = [("ledger_id", "=", ledger.id), ("external_id", "!=", False)]
        known = self.with_context(active_test=False, tracking_disable=True).search(mine)
        marks = ("external_id", "fingerprint", "books_fingerprint", "books_data")
        marks += ("books_version",)
        blank = dict.fromkeys(marks, False) | {"outstanding": 0, "overdue": 0}
        imported = known.filtered(lambda account: account.origin == "books")
        imported._set_synced(blank | {"active": False})
        made = known - imported
        made.write(blank)
        made._set_pending(from_states=("synced", "attention", "conflict", "pending"))

    @api.model
    def _push_domain(self, run, channel):
        """Override: what waits in a run's ledger, or in its scope."""
        domain = super()._push_domain(run, channel)
        return domain & Domain("run_id", "=", run.id) if run._is_narrow() else domain

    @api.model
    def _next_tries(self, run, channel):
        """Override: when the first one is due again, unless the run had some only.

        :rtype: list[datetime]
        """
        if run._is_narrow():
            return []
        due = [("ledger_id", "=", run.ledger_id.id), ("sync_state", "=", "pending")]
        everybody = self.with_context(active_test=False)
        groups = everybody._read_group(due, [], ["__count", "retry_at:min"])
        return [retry_at for count, retry_at in groups if count]

    def _note_seen(self, told):
        """Override: it may have been changed over there as well."""
        self.env["synkd.importer"]._take_late(self, told)

    def _set_conflict(self, message, data):
        """Let records that are not *sending* wait for a person: which side is right?

        :param str message: what happened.
        :param dict data: the record as the books have it.
        """
        moved = self.filtered(lambda record: record.sync_state != "sending")
        moved.write(
            {"sync_state": "conflict", "sync_message": message, "books_data": data}
        )

    def _explain_next_push(self, payload):
        """Say what the next run does with this payload, and what it leaves out.

        :rtype: str
        """
        sent, *rest = emails.split(self.email) or [""]
        says = [self._explain_state(payload), *self._describe_unkept()]
        if rest and not self.ledger_id._get_capabilities().emails:
            says.append(
                self.env._(
                    "The books keep one e-mail address: %(sent)s. Left out: %(rest)s.",
                    sent=sent,
                    rest=", ".join(rest),
                )
            )
        return "\n".join(says)

    @api.depends("ledger_id")
    @api.depends_context("lang")
    def _compute_unkept(self):
        for account in self:
            account.unkept = " ".join(account._describe_unkept())

    def _describe_unkept(self):
        """Return the sentence about what the books have no room for.

        :rtype: list[str]
        """
        capable = self.ledger_id._get_capabilities()
        names = [
            name
            for name, kept in (
                (self.env._("credit limit"), capable.credit_limit),
                (self.env._("hold"), capable.hold),
                (self.env._("delivery address"), capable.delivery_address),
                (self.env._("currency"), capable.currencies),
                (self.env._("customer category"), capable.categories),
                (self.env._("sales rep"), capable.sales_reps),
                (self.env._("price list"), capable.price_lists),
                (self.env._("archiving"), capable.archive),
            )
            if not kept
        ]
        if not names or not self.ledger_id._has_connector():
            return []
        return [
            self.env._(
                "%(ledger)s keeps no %(names)s: that stays in Odoo.",
                ledger=self.ledger_id.name,
                names=format_list(self.env, names, "or"),
            )
        ]

    def _explain_state(self, payload):
        """Say what the next run does with this payload.

        :rtype: str
        """
        if not self.ledger_id.post_accounts:
            return self.env._(
                "Post Accounts is off for %s: this waits and is not sent.",
                self.ledger_id.name,
            )
        if self.file_text:
            return self.file_text
        if self.external_id and fingerprint(payload) == self.fingerprint:
            return self.env._("The books have this already: nothing is sent.")
        if self.sync_state in self._left_states:
            return self.env._("This waits for a person: %s", self.sync_message)
        return self.env._("The next run sends this to %s.", self.ledger_id.name)
