# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SynkdCreditPermit(models.Model):
    """A person's word that one document may go on in spite of hold or limit, and why.

    It counts for that document up to the total that it had: a document that grows
    asks again. Never changed, never deleted: it is the history of who allowed what.
    """

    _name = "synkd.credit.permit"
    _inherit = ["synkd.fields.mixin"]
    _description = "Allowed With a Reason"
    _order = "id desc"
    _rec_name = "document"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    res_model = fields.Char(string="Kind of Document", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Id of the Document",
        model_field="res_model",
        required=True,
        readonly=True,
    )
    document = fields.Char(readonly=True)
    amount = fields.Monetary(string="Up To", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    findings = fields.Text(string="In Spite Of", readonly=True)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Allowed By", required=True, readonly=True
    )
    create_date = fields.Datetime(string="Allowed At", readonly=True)

    _document_idx = models.Index("(res_model, res_id)")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._(
                "What was allowed with a reason is history and cannot be deleted. It"
                " ends by itself when the document is done."
            )
        )

    @api.model
    def _get_permitted(self, documents):
        """Return those of some documents that somebody allowed as they are now.

        :param recordset documents: of one model that inherits `synkd.credit.mixin`.
        :rtype: set[int]
        """
        domain = Domain("res_model", "=", documents._name)
        domain &= Domain("res_id", "in", documents.ids)
        allowed = {}
        for permit in self.sudo().search(domain) if documents.ids else ():
            key = (permit.res_id, permit.partner_id, permit.currency_id)
            allowed[key] = max(allowed.get(key, 0), permit.amount)
        permitted = set()
        for document in documents:
            partner, total, currency = document._get_synkd_credit_facts()
            up_to = allowed.get((document.id, partner, currency))
            if up_to is not None and currency.compare_amounts(total, up_to) <= 0:
                permitted.add(document.id)
        return permitted
