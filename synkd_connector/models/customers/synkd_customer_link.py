# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# Fields of `res.partner` that follow from the links.
LINK_FIELDS = (
    "account_customer_id",
    "account_link_partner_id",
    "customer_class_id",
    "account_sync_state",
    "account_code",
)


class SynkdCustomerLink(models.Model):
    """An operational customer is billed as an account customer.

    A link that ends is archived, never deleted: the rows of this table are the
    history of who linked what, and when. A table of its own, since a company
    dependent field would need a sub-select for each partner in every search.
    """

    _name = "synkd.customer.link"
    _description = "Customer Link"
    _order = "id desc"
    _rec_name = "account_customer_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Operational Customer",
        required=True,
        index=True,
        ondelete="restrict",
    )
    account_customer_id = fields.Many2one(
        "synkd.account.customer", required=True, index=True, ondelete="restrict"
    )
    ledger_id = fields.Many2one(
        related="account_customer_id.ledger_id", store=True, index=True
    )
    company_id = fields.Many2one(related="ledger_id.company_id", store=True)
    active = fields.Boolean(default=True, readonly=True)
    linked_at = fields.Datetime(
        readonly=True, default=lambda self: fields.Datetime.now()
    )
    linked_by_id = fields.Many2one(
        "res.users",
        string="Linked by",
        readonly=True,
        default=lambda self: self.env.uid,
    )
    unlinked_at = fields.Datetime(readonly=True)
    unlinked_by_id = fields.Many2one("res.users", readonly=True)

    _partner_uniq = models.UniqueIndex(
        "(partner_id, ledger_id) WHERE active",
        "This customer is linked to an account customer of this ledger already."
        " Unlink it first.",
    )

    @api.constrains("partner_id", "account_customer_id", "active")
    def _check_partner_company(self):
        for link in self.filtered("active"):
            company = link.partner_id.company_id
            if company and link.company_id not in company.parent_ids:
                raise ValidationError(
                    self.env._(
                        "%(customer)s belongs to %(site)s, but %(account)s is in the"
                        " books of %(company)s. Choose an account customer of its own"
                        " company.",
                        customer=link.partner_id.display_name,
                        site=company.name,
                        account=link.account_customer_id.display_name,
                        company=link.company_id.name,
                    )
                )

    @api.constrains("account_customer_id", "active")
    def _check_archived(self):
        for link in self.filtered("active"):
            if not link.account_customer_id.active:
                raise ValidationError(
                    self.env._(
                        "Account customer %(account)s is archived, so %(customer)s"
                        " cannot be linked to it. Restore it, or choose another one.",
                        account=link.account_customer_id.display_name,
                        customer=link.partner_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to write the history down: who, when, and in both chatters.

        :raise UserError: when a customer has a link in that ledger already.
        """
        history = {
            "active": True,
            "linked_at": fields.Datetime.now(),
            "linked_by_id": self.env.uid,
            "unlinked_at": False,
            "unlinked_by_id": False,
        }
        vals_list = [vals | history for vals in vals_list]
        for name, model in (
            ("partner_id", "res.partner"),
            ("account_customer_id", "synkd.account.customer"),
        ):
            ids = [vals[name] for vals in vals_list if vals.get(name)]
            self.env[model].browse(ids).check_access("read")
        self._check_free(vals_list)
        if not self.env.su:
            self._check_complete(vals_list)
        links = super().create(vals_list)
        links.sudo()._log(self.env._("Linked:"))
        self._forget_computed()
        links._decide_again()
        links._note_customers()
        return links

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("Links are the history of who linked what. Unlink instead.")
        )

    def _check_free(self, vals_list):
        """Refuse a second link of a customer in one ledger, naming the first.

        :raise UserError: says to unlink first.
        """
        accounts = self.env["synkd.account.customer"].sudo()
        wanted = {
            (
                vals.get("partner_id"),
                vals.get("ledger_id")
                or accounts.browse(vals.get("account_customer_id")).ledger_id.id,
            )
            for vals in vals_list
        }
        found = self.sudo()._get_links(
            self.env["res.partner"].browse({id_ for id_, _ledger in wanted if id_})
        )
        for link in found:
            if (link.partner_id.id, link.ledger_id.id) in wanted:
                raise UserError(link._taken_message())

    def _check_complete(self, vals_list):
        """Refuse to link customers that lack something, but for walk-ins.

        :param vals_list: an iterable of values of new links.
        :raise UserError: names the first one, and what it lacks.
        """
        partners = self.env["res.partner"]
        accounts_sudo = self.env["synkd.account.customer"].sudo()
        billed = {}
        for vals in vals_list:
            account = accounts_sudo.browse(vals.get("account_customer_id"))
            if not account._is_shared():
                company = account.ledger_id.company_id
                billed.setdefault(company, partners)
                billed[company] |= partners.browse(vals.get("partner_id"))
        for company, members in billed.items():
            members._check_complete(company)

    def _taken_message(self):
        """Return the sentence about a customer that is linked already."""
        return self.env._(
            "%(customer)s is linked to %(account)s already. Unlink it first.",
            customer=self.partner_id.display_name,
            account=self.account_customer_id.display_name,
        )

    # === BUSINESS METHODS === #

    @api.model
    def _link(self, pairs):
        """Link operational customers to account customers, in place of older links.

        :param list pairs: tuples of one `res.partner` and one account customer.
        :return: the new links; pairs that are linked already give none.
        """
        live = {
            (link.partner_id.id, link.ledger_id.id): link
            for link in self._get_links([partner for partner, _account in pairs])
        }
        new, replaced = [], self.browse()
        for partner, account in pairs:
            link = live.get((partner.id, account.ledger_id.id), self.browse())
            if link.account_customer_id != account:
                new.append(
                    {"partner_id": partner.id, "account_customer_id": account.id}
                )
                replaced |= link
        # Who is linked already only goes on with another account customer.
        following = replaced.partner_id.ids
        self._check_complete(v for v in new if v["partner_id"] not in following)
        # What waits is decided once, by the new links.
        replaced._archive_links()
        return self.create(new)

    def _note_customers(self):
        """Let suppliers of the books be customers as well, since somebody said so."""
        accounts_sudo = self.account_customer_id.sudo()
        accounts_sudo.filtered("supplier_only").supplier_only = False

    @api.model
    def _get_links(self, partners):
        """Return the live links of some partners, in every ledger.

        Also for a client whose lists show archived records.

        :rtype: recordset of `synkd.customer.link`
        """
        mine = [("partner_id", "in", [p.id for p in partners])]
        return self.search([*mine, ("active", "=", True)])

    def _end(self):
        """Archive the links, and decide again what waits because of them."""
        self._archive_links()._decide_again()

    def _archive_links(self):
        """Archive the links, and remember who did and when.

        :return: those that were live.
        """
        live = self.filtered("active")
        live._log(self.env._("Unlinked:"))
        live.write(
            {
                "active": False,
                "unlinked_at": fields.Datetime.now(),
                "unlinked_by_id": self.env.uid,
            }
        )
        out_of_step = live.filtered(
            lambda link: link.account_customer_id.mirror_partner_id == link.partner_id
        )
        out_of_step.account_customer_id.mirror_partner_id = False
        self._forget_computed()
        return live

    @api.model
    def _move(self, sources, target, kept=None):
        """Bring links over to the customer that stays when customers are merged.

        The account customer that was chosen wins, then its own link, then the oldest;
        the others end, and stay as history.

        :param recordset sources: `res.partner` that go.
        :param recordset target: the `res.partner` that stays.
        :param recordset kept: the `synkd.account.customer` that it shall be billed as.
        :return: account customers that lost their link.
        """
        live = self._get_links(sources | target).sorted("id")
        for links in live.grouped("ledger_id").values():
            chosen = links.filtered(lambda link: link.account_customer_id == kept)
            own = links.filtered(lambda link: link.partner_id == target)
            (links - (chosen or own or links)[:1])._end()
        history = self.with_context(active_test=False)
        history.search([("partner_id", "in", sources.ids)]).partner_id = target
        self._forget_computed()
        return (live - live.filtered("active")).account_customer_id

    @api.model
    def _forget_computed(self):
        """Let all customers find their account customer anew.

        The links of an ancestor change those of all customers below it, which no
        dependency can tell without asking for each record alone.
        """
        self.env["res.partner"].invalidate_model(LINK_FIELDS)

    def _log(self, verb):
        """Note the links in the chatter of both sides."""
        for field, other in (
            ("partner_id", "account_customer_id"),
            ("account_customer_id", "partner_id"),
        ):
            bodies = {
                link[field].id: f"{verb} {link[other].display_name}" for link in self
            }
            self[field].sudo()._message_log_batch(bodies=bodies)

    @api.model
    def _get_nearest(self, partners, ledger):
        """Return the link that each partner uses: its own, or its nearest ancestor's.

        :param recordset partners: `res.partner`
        :param recordset ledger: the `synkd.ledger`
        :return: link id by partner id; partners without one are left out.
        :rtype: dict[int, int]
        """
        self.flush_model()
        partners.flush_model(["parent_id"])
        if not partners.ids or not ledger:
            return {}
        return dict(self.env.execute_query(self._nearest_sql(partners.ids, ledger.id)))

    def _nearest_sql(self, partner_ids, ledger_id):
        """Return the query that climbs from each partner to its nearest link.

        The depth is bounded, so that a cycle made in the database cannot hang it.
        LATERAL, with a limit, since the database does not know how few rows there are:
        it would read all links for one page of customers.
        """
        return SQL(
            """WITH RECURSIVE up(id, ancestor, parent, depth) AS (
                SELECT p.id, p.id, p.parent_id, 0
                  FROM res_partner p WHERE p.id = ANY(%(ids)s)
             UNION ALL
                SELECT up.id, p.id, p.parent_id, up.depth + 1
                  FROM up JOIN res_partner p ON p.id = up.parent
                 WHERE up.depth < 50 AND NOT EXISTS (
                    SELECT FROM synkd_customer_link l WHERE l.active
                       AND l.partner_id = up.ancestor AND l.ledger_id = %(ledger)s))
            SELECT DISTINCT ON (up.id) up.id, l.id
              FROM up CROSS JOIN LATERAL (
                    SELECT id FROM synkd_customer_link
                     WHERE partner_id = up.ancestor AND active
                       AND ledger_id = %(ledger)s LIMIT 1) l
          ORDER BY up.id, up.depth""",
            ids=list(partner_ids),
            ledger=ledger_id,
        )

    @api.model
    def _partners_sql(self, account_query, ledger):
        """Return the query of the partners that use one of some account customers.

        :param SQL account_query: selects ids of account customers.
        :param recordset ledger: the `synkd.ledger`.
        :rtype: SQL
        """
        linked = SQL(
            """SELECT l.partner_id FROM synkd_customer_link l
                WHERE l.active AND l.ledger_id = %s
                  AND l.account_customer_id IN (%s)""",
            ledger.id or 0,
            account_query,
        )
        return self._below_sql(linked, ledger)

    @api.model
    def _below_sql(self, partner_query, ledger):
        """Return the query of some partners, and of those below that use their link.

        :param SQL partner_query: selects ids of `res.partner`.
        :param recordset ledger: the `synkd.ledger`.
        :rtype: SQL
        """
        self.flush_model()
        self.env["res.partner"].flush_model(["parent_id"])
        return SQL(
            """WITH RECURSIVE down(id, depth) AS (
                SELECT p.id, 0 FROM res_partner p WHERE p.id IN (%(partners)s)
             UNION ALL
                SELECT c.id, down.depth + 1
                  FROM res_partner c JOIN down ON c.parent_id = down.id
                 WHERE down.depth < 50 AND NOT EXISTS (
                    SELECT FROM synkd_customer_link l WHERE l.active
                       AND l.partner_id = c.id AND l.ledger_id = %(ledger)s))
            SELECT id FROM down""",
            ledger=ledger.id or 0,
            partners=partner_query,
        )

    @api.model
    def _used_sql(self, ledger):
        """Return the query of each partner with the account customer that it uses.

        :param recordset ledger: the `synkd.ledger`.
        :rtype: SQL
        """
        self.flush_model()
        self.env["res.partner"].flush_model(["parent_id"])
        return SQL(
            """WITH RECURSIVE used(id, account_customer_id, depth) AS (
                SELECT l.partner_id, l.account_customer_id, 0
                  FROM synkd_customer_link l
                 WHERE l.active AND l.ledger_id = %(ledger)s
             UNION ALL
                SELECT c.id, used.account_customer_id, used.depth + 1
                  FROM res_partner c JOIN used ON c.parent_id = used.id
                 WHERE used.depth < 50 AND NOT EXISTS (
                    SELECT FROM synkd_customer_link l WHERE l.active
                       AND l.partner_id = c.id AND l.ledger_id = %(ledger)s))
            SELECT id, account_customer_id FROM used""",
            ledger=ledger.id or 0,
        )

    @api.model
    def _accounts_sql(self, partner_query, ledger):
        """Return the query of the account customers that some partners use.

        :param SQL partner_query: selects ids of `res.partner`.
        :param recordset ledger: the `synkd.ledger`.
        :rtype: SQL
        """
        return SQL(
            """WITH RECURSIVE up(ancestor, parent, depth) AS (
                SELECT p.id, p.parent_id, 0
                  FROM res_partner p WHERE p.id IN (%(partners)s)
             UNION
                SELECT p.id, p.parent_id, up.depth + 1
                  FROM up JOIN res_partner p ON p.id = up.parent
                 WHERE up.depth < 50 AND NOT EXISTS (
                    SELECT FROM synkd_customer_link l WHERE l.active
                       AND l.partner_id = up.ancestor AND l.ledger_id = %(ledger)s))
            SELECT l.account_customer_id FROM up JOIN synkd_customer_link l
                ON l.partner_id = up.ancestor AND l.ledger_id = %(ledger)s
               AND l.active""",
            partners=partner_query,
            ledger=ledger.id or 0,
        )

    @api.model
    def _get_last(self, partners):
        """Return the links of archived customers whose account customer bills nobody
        else any more.

        :param recordset partners: `res.partner`
        :rtype: recordset of `synkd.customer.link`
        """
        links = self._get_links(partners)
        accounts = links.account_customer_id.filtered(
            lambda account: account.active and not account.generic_class_ids
        )
        used = self.search(
            [
                ("account_customer_id", "in", accounts.ids),
                ("active", "=", True),
                ("partner_id.active", "=", True),
            ]
        ).account_customer_id
        return links.filtered(lambda link: link.account_customer_id in accounts - used)

    def _decide_again(self):
        """Tell that these links were made, or ended.

        This method serves as a hook for what waits for a link.
        """

    def action_unlink_customer(self):
        """Open the dialog that says what unlinking means, and does it.

        :rtype: dict
        """
        self.check_access("read")
        live = self.filtered("active")
        if not live:
            raise UserError(
                self.env._("This link has ended already. There is nothing to unlink.")
            )
        wizard = self.env["synkd.unlink.wizard"]._create_dialog({"link_ids": live.ids})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Unlink"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }
