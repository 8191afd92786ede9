# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...const import MIRRORED_FIELDS, NAME_LENGTH

ADDRESS_FIELDS = ("street", "street2", "city", "zip", "state_id", "country_id")
# Names below this share of common trigrams are different names.
TWIN = 0.5


class SynkdAccountCustomer(models.Model):
    """Where an account customer meets the operational customers that it bills."""

    _inherit = "synkd.account.customer"

    # === TWINS === #

    @api.onchange("name", "vat", "email")
    def _onchange_find_twins(self):
        """Warn before a customer gets a second account customer in the same books."""
        twins = self._find_twins() if not self._origin else self.browse()
        if not twins:
            return None
        return {
            "warning": {
                "title": self.env._("The books have a customer like this"),
                "message": self.env._(
                    "The books have a customer like this: %s. If it is the same one,"
                    " discard this and link the customer to it instead.",
                    ", ".join(twins.mapped("display_name")),
                ),
            }
        }

    def _find_twins(self):
        """Return account customers of the same ledger that look like this one.

        :return: at most five; likeliest name first.
        """
        name = (self.name or "").strip().lower()
        accounts = self.env["synkd.account.customer"]
        query = accounts._search([("ledger_id", "=", self.ledger_id._origin.id)])
        accounts.flush_model(["name", "vat", "email"])
        likeness = SQL("similarity(%s, %s)", SQL("lower(name)"), name)
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM synkd_account_customer
                    WHERE id IN %s AND (lower(name) %% %s AND %s >= %s
                       OR vat = %s OR lower(email) = %s)
                 ORDER BY %s DESC, id LIMIT 5""",
                query.subselect(),
                name,
                likeness,
                TWIN,
                self.vat or None,
                (self.email or "").strip().lower() or None,
                likeness,
            )
        )
        return accounts.browse([row[0] for row in rows])

    # === KEEPING IN STEP === #

    def _link_mirrored(self):
        """Link each new account customer to the customer it keeps in step with."""
        mirrors = self.filtered("mirror_partner_id")
        mirrors.mirror_partner_id.check_access("read")
        pairs = [(account.mirror_partner_id, account) for account in mirrors]
        links_sudo = self.env["synkd.customer.link"].sudo()
        # Somebody may have linked the customer while the form was open.
        links_sudo._check_free(
            [{"partner_id": p.id, "account_customer_id": a.id} for p, a in pairs]
        )
        links_sudo._link(pairs)

    def _check_mirror(self):
        """Let account customers keep in step only with customers that they bill.

        :raise UserError: names the customer that is not linked.
        """
        for account in self:
            live = account.link_ids.filtered("active")
            if account.mirror_partner_id not in live.partner_id:
                raise UserError(
                    self.env._(
                        "%(account)s can keep in step only with a customer that is"
                        " linked to it. Link %(customer)s first.",
                        account=account.display_name,
                        customer=account.mirror_partner_id.display_name,
                    )
                )

    @api.model
    def _prepare_from_partner(self, partner, customer_class=None):
        """Return the values of a new account customer for an operational one.

        Its accounts contact (of type invoice) feeds the books, else its first contact.

        :param recordset partner: one `res.partner`.
        :param recordset customer_class: the `synkd.customer.class`, or None.
        :rtype: dict
        """
        partner.check_access("read")
        # Credit limits are hidden from those who only link.
        partner_sudo = partner.sudo()
        people = partner_sudo.child_ids.filtered(lambda c: not c.is_company and c.name)
        contact = people.filtered(lambda c: c.type == "invoice")[:1]
        contact = contact or people.filtered(lambda c: c.type == "contact")[:1]
        vals = partner_sudo._synkd_mirrored_vals() | {
            "contact_name": contact.name or (not partner.is_company and partner.name),
            "mirror_partner_id": partner.id,
        }
        delivery = partner_sudo.child_ids.filtered(lambda c: c.type == "delivery")[:1]
        if delivery:
            vals |= {
                f"delivery_{name}": value
                for name, value in delivery._synkd_mirrored_vals().items()
                if name in ADDRESS_FIELDS
            }
        if partner_sudo.credit_limit and partner_sudo.use_partner_credit_limit:
            vals["credit_limit"] = partner_sudo.credit_limit
        if term := partner_sudo.property_payment_term_id:
            vals["payment_term_id"] = term.id
        if customer_class:
            vals["class_id"] = customer_class.id
        return vals

    def _mirror(self, names):
        """Take over changed fields of the customers that these keep in step with.

        A name that the books cannot take never keeps a seller from saving his
        customer: the account customer waits for a person instead.

        :param set names: names of the `res.partner` fields that were written.
        """
        wanted = [name for name in MIRRORED_FIELDS if name in names]
        for account in self:
            new = account.mirror_partner_id._synkd_mirrored_vals()
            old = account._read_mirrored()
            changed = {n: new[n] for n in wanted if (old[n] or False) != new[n]}
            name = changed.get("name", account.name)
            fits = (name or "").strip() and len(name) <= NAME_LENGTH
            if not fits:
                del changed["name"]
            if changed:
                account.write(changed)
            if not fits:
                account._refuse_name()

    def _read_mirrored(self):
        """Return the fields that are kept in step, ready to write.

        :rtype: dict
        """
        return {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in MIRRORED_FIELDS
        }

    def _refuse_name(self):
        """Let this customer wait for a person, since it cannot take a name over."""
        self._queue()
        if self.sync_state == "sending":
            # Only the answer of the books moves it; the old name stays meanwhile.
            return
        self._set_attention(
            self.env._(
                "The customer that %(account)s keeps in step with has a name that is"
                " blank or longer than %(length)s characters, so it was not taken over."
                " Correct the name there, or press Retry to keep the old one.",
                account=self.display_name,
                length=NAME_LENGTH,
            )
        )

    # === ACTIONS === #

    def action_view_partners(self):
        """Open the operational customers that are billed as this account customer.

        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.res_partner_action_customer"
        )
        action["domain"] = [("account_customer_id", "in", self.ids)]
        action["context"] = {}
        return action
