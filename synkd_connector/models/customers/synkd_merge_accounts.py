# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ...const import UNDER_WAY_STATES

TODO = "mail.mail_activity_data_todo"


class SynkdMerge(models.Model):
    """Account customers that are merged: their customers are billed as the one kept.

    What is in the books stays there under the old one, since no books let us move it;
    they are told to archive it, or their bookkeeper gets a to-do. One with documents
    there that are not settled is left active until they are: their money goes to it.
    """

    _inherit = "synkd.merge"

    @api.model
    def _check_accounts(self, kept, others):
        """Refuse account customers that cannot be merged.

        :raise UserError: says why, and of whom.
        """
        for other in others:
            for name in ("ledger_id", "currency_id"):
                if other[name] != kept[name]:
                    label = other._fields[name]._description_string(self.env)
                    self._refuse_different(label, kept, other, name)
        if not kept.active:
            raise UserError(
                self.env._(
                    "%s is archived, so nothing can be merged into it. Restore it, or"
                    " keep another one.",
                    kept.display_name,
                )
            )
        for account in kept | others:
            if account.sync_state in UNDER_WAY_STATES:
                raise UserError(
                    self.env._(
                        "%s is on its way to the books. Wait until the run has ended,"
                        " or until the word about its file has come; then merge.",
                        account.display_name,
                    )
                )

    def _merge_accounts(self):
        """Bill the customers of the merged ones as the one that stays."""
        kept, others = self.kept_account_id, self.account_ids
        links = self.env["synkd.customer.link"]
        live = links.search(
            [("account_customer_id", "in", others.ids), ("active", "=", True)]
        )
        pairs = [[link.partner_id.id, link.account_customer_id.id] for link in live]
        holds = not kept.held and any(others.mapped("held"))
        self._note("links", pairs)
        self._note("mirrors", [[a.id, a.mirror_partner_id.id] for a in others])
        archived = others.filtered("active") - self._get_unsettled(others)
        self._note("archived", archived.ids)
        self._note("held", holds)
        links._link([(link.partner_id, kept) for link in live])
        if holds:
            kept.held = True
        archived.active = False
        said = [*self._explain_accounts(), *self._tell_books(others, archived)]
        self.report = "\n".join(said)

    @api.model
    def _get_unsettled(self, accounts):
        """Return those that the books show an open balance of.

        This method serves as a hook for the queue.

        :rtype: recordset
        """
        return accounts.filtered("outstanding")

    def _explain_accounts(self):
        """Return what was moved, and what is stricter than before.

        :rtype: list[str]
        """
        said = [
            self.env._(
                "Customers that are billed as %(kept)s now: %(count)s.",
                kept=self.kept_account_id.display_name,
                count=len(self.moved["links"]),
            )
        ]
        if self.moved["held"]:
            said.append(
                self.env._(
                    "One of them was on hold, so %s is on hold now: the stricter wins.",
                    self.kept_account_id.display_name,
                )
            )
        return said

    def _tell_books(self, others, archived):
        """Let a person do in the books what we cannot do there.

        :param recordset others: those that were merged.
        :param recordset archived: those of them that were archived here.
        :return: what the books are told, and who has to do what.
        :rtype: list[str]
        """
        ledger = self.kept_account_id.ledger_id
        told = archived.filtered("external_id")
        if not ledger._get_capabilities().archive:
            told = told.browse()
        said = []
        if told:
            said.append(
                self.env._(
                    "%(ledger)s archives them with the next run: %(names)s.",
                    ledger=ledger.name,
                    names=", ".join(told.mapped("display_name")),
                )
            )
        by_hand = others.filtered("external_id") - told
        return said + (self._call_bookkeeper(by_hand) if by_hand else [])

    def _call_bookkeeper(self, others):
        """Give whoever answers for the books a to-do.

        :return: who has to do what.
        :rtype: list[str]
        """
        ledger = self.kept_account_id.ledger_id
        user = ledger.user_id.filtered("active") or self.env.user
        self.kept_account_id.activity_schedule(
            TODO,
            user_id=user.id,
            summary=self.env._("Merge in the books"),
            note=self._explain_todo(others),
        )
        return [
            self.env._(
                "%(user)s has a to-do for the books: %(names)s.",
                user=user.name,
                names=", ".join(others.mapped("display_name")),
            )
        ]

    def _explain_todo(self, others):
        """Return what a bookkeeper has to do in the books.

        :rtype: str
        """
        return self.env._(
            "In %(ledger)s, merge these into %(kept)s, or archive them once nothing is"
            " open there, here and in the books: %(names)s.",
            ledger=self.kept_account_id.ledger_id.name,
            kept=self.kept_account_id.display_name,
            names=", ".join(others.mapped("display_name")),
        )

    # === UNDOING === #

    def _undo_accounts(self):
        """Put back who is still billed as the one that stayed.

        :return: sentences about what is left where it is.
        :rtype: list[str]
        """
        kept = self.kept_account_id
        self.account_ids.browse(self.moved["archived"]).active = True
        pairs, left = [], []
        for partner, account in self._browse_links():
            link = self._get_link(partner, kept.ledger_id)
            if link.account_customer_id == kept:
                pairs.append((partner, account))
            else:
                left.append(self._explain_left(partner, link))
        self.env["synkd.customer.link"]._link(pairs)
        self._undo_mirrors()
        if self.moved["held"]:
            kept.held = False
        kept.activity_ids.filtered(
            lambda a: a.summary == self.env._("Merge in the books")
        ).action_feedback(feedback=self.env._("The merge was undone."))
        return left

    def _browse_links(self):
        """Return who was billed as what before.

        :rtype: list[tuple]
        """
        partners = self.env["res.partner"].with_context(active_test=False)
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        return [
            (partners.browse(partner_id), accounts.browse(account_id))
            for partner_id, account_id in self.moved["links"]
        ]

    def _get_link(self, partner, ledger):
        """Return the link that a customer has now in some books.

        :rtype: recordset of `synkd.customer.link`
        """
        links = self.env["synkd.customer.link"]._get_links(partner)
        return links.filtered(lambda link: link.ledger_id == ledger)

    def _undo_mirrors(self):
        """Let account customers keep in step again with whom they did."""
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        for account_id, partner_id in self.moved["mirrors"]:
            account = accounts.browse(account_id)
            if (
                not account.mirror_partner_id
                and partner_id in account.link_ids.filtered("active").partner_id.ids
            ):
                account.mirror_partner_id = partner_id

    def _explain_left(self, partner, link):
        """Return the sentence about a customer whose link was changed since.

        :rtype: str
        """
        return self.env._(
            "%(customer)s was linked otherwise since (%(now)s), and stays so.",
            customer=partner.display_name,
            now=link.account_customer_id.display_name or self.env._("not linked"),
        )
