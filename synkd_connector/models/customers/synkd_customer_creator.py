# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ...lib.alone import each_alone


class SynkdCustomerCreator(models.AbstractModel):
    """Makes and links account customers for operational ones, in numbers."""

    _name = "synkd.customer.creator"
    _description = "Maker of Account Customers"

    @api.model
    def _create_missing(self, run, partners):
        """Create and link account customers for operational ones.

        In the class of their category, where it names one, else in that of the run.
        In a class that posts to a shared account customer they are linked to that one.
        Customers that look like one of the books' wait in Match instead, so that
        nobody gets a twin; those whose data does not do are left out and counted.

        :param recordset run: the `synkd.run` with the class to create in.
        :param recordset partners: `res.partner` without an account customer.
        """
        partners = self._get_billed(run, partners)
        here = partners.with_company(run.company_id).sudo()
        classes = here.grouped(lambda p: p._get_account_class(run.create_class_id))
        for customer_class, some in classes.items():
            self._create_in(run, customer_class.with_env(self.env), partners & some)

    def _create_in(self, run, customer_class, partners):
        """Create and link account customers of one class."""
        fit, make = partners, self._link_shared
        if customer_class.posting != "generic":
            fit = fit.filtered(lambda p: (p.name or "").strip() and len(p.name) <= 255)
            make = self._create_for
        fit -= self.env["synkd.match"]._get_likely_partners(run.ledger_id, fit)
        run._count("skipped", len(partners) - len(fit))
        if customer_class.posting != "generic":
            fit = self._leave_incomplete(run, fit)
        each_alone(
            self.env.cr.savepoint,
            fit,
            lambda some: make(run, customer_class, some),
            run._leave_out,
        )

    def _leave_incomplete(self, run, partners):
        """Leave out who lacks something, where the company wants that; say what.

        :rtype: recordset of `res.partner`
        """
        told = partners._get_incomplete_sentences(run.company_id)
        for left, sentence in told.items():
            run._count("skipped", len(left))
            run._note(sentence)
        return partners - partners.browse().concat(*told)

    def _get_billed(self, run, partners):
        """Return who is billed for these: one customer gets one account customer.

        A person stands for the company that he belongs to; whoever has an ancestor
        that is asked for too uses the link that the ancestor gets.

        :rtype: recordset of `res.partner`
        """
        commercial = partners.commercial_partner_id
        parents, level = commercial.browse(), commercial.parent_id
        while level - parents:
            parents += level - parents
            level = level.parent_id
        # The links of these few are looked up alone: all links are many.
        asked = Domain(run.partner_domain or []) & Domain("id", "in", parents.ids)
        wanted = run._get_partners_env().search(asked)
        wanted = wanted.filtered(lambda p: not p.account_customer_id)
        billed = commercial.filtered(lambda p: not (self._get_parents(p) & wanted))
        return billed.filtered(lambda p: not p.account_customer_id)

    def _get_parents(self, partner):
        """Return the ancestors of one partner.

        :rtype: recordset of `res.partner`
        """
        parents = partner.browse()
        while (partner := partner.parent_id) and partner not in parents:
            parents += partner
        return parents

    def _link_shared(self, run, customer_class, partners):
        """Link some operational customers to the shared one of a generic class."""
        shared = customer_class.generic_account_customer_id
        links = self.env["synkd.customer.link"]
        links = links._link([(partner, shared) for partner in partners])
        links.linked_by_id = run.requested_by_id or self.env.user
        run._count("linked", len(links))

    def _create_for(self, run, customer_class, partners):
        """Create and link the account customers of some operational ones."""
        accounts = self.env["synkd.account.customer"]._unwatched()
        vals_list = [
            accounts._prepare_from_partner(partner, customer_class)
            | {"ledger_id": run.ledger_id.id, "run_id": run.id}
            for partner in partners
        ]
        self._take_references(run.ledger_id, partners, vals_list)
        # References first, so that no generated code takes one of them.
        for has_code in (True, False):
            some = [v for v in vals_list if bool(v.get("code")) == has_code]
            made = accounts.create(some)
            # The history names who pressed Sync, not the robot that did the work.
            made.link_ids.linked_by_id = run.requested_by_id or self.env.user

    def _take_references(self, ledger, partners, vals_list):
        """Use the customers' own references as codes where they fit and are free."""
        length = ledger._get_capabilities().code_length
        wanted = [(p.ref or "").strip() for p in partners]
        accounts = self.env["synkd.account.customer"]._unwatched()
        used = accounts._find_by_code(ledger, wanted)
        taken = {account.code.upper() for account in used}
        for vals, code in zip(vals_list, wanted, strict=True):
            if code and len(code) <= length and code.upper() not in taken:
                vals["code"] = code
                taken.add(code.upper())
