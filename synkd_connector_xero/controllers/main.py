# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, request, route

from odoo.addons.synkd_connector.lib.errors import ConnectorError
from odoo.addons.synkd_connector.lib.odd import printable

from ..const import CALLBACK_PATH, WEBHOOK_PATH

# Xero sends some hundred bytes for each event.
LARGEST_BODY = 2_000_000


class XeroController(Controller):
    @route(
        CALLBACK_PATH,
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def callback(self, state="", code="", error="", **_rest):
        """Take a login over that comes back from Xero.

        :return: the way to the ledger, or a page that says what went wrong.
        """
        logins_sudo = request.env["synkd.xero.login"].sudo()
        ledger = request.env["synkd.ledger"]
        try:
            ledger, verifier = logins_sudo._finish(state)
            if error or not code:
                raise UserError(self._denied_message(error))
            ledger = ledger.with_env(request.env)._check_may_connect()
            with request.env.cr.savepoint():
                ledger._finish_xero_login(code, verifier)
        except (AccessError, UserError) as problem:
            return self._sorry(ledger, str(problem))
        except ConnectorError as problem:
            return self._sorry(ledger, problem.message)
        return request.redirect(f"/odoo/ledgers/{ledger.id}")

    def _denied_message(self, error):
        """Return the sentence about a login that was not allowed."""
        if error == "access_denied":
            return request.env._(
                "Xero was not allowed to connect. Press Connect on the ledger's Xero"
                " page again when you want to."
            )
        return request.env._(
            "Xero did not log you in (%s). Check the Client ID and the Redirect URI in"
            " Xero's developer portal.",
            printable(error, 60) or "-",
        )

    def _sorry(self, ledger, message):
        """Return the way back to the ledger, whose banner says what went wrong.

        A page of its own says it when nobody knows which ledger was meant, or who
        comes may not see it.
        """
        if ledger and ledger.with_env(request.env).has_access("read"):
            ledger.sudo().xero_login_problem = message
            return request.redirect(f"/odoo/ledgers/{ledger.id}")
        return request.render(
            "synkd_connector_xero.login_failed",
            {"message": message, "link": "/odoo/ledgers"},
        )

    @route(
        WEBHOOK_PATH,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=LARGEST_BODY,
    )
    def webhook(self, **_rest):
        """Take a webhook: 200 when Xero signed it, 401 otherwise, and nothing else."""
        body = request.httprequest.get_data()
        signature = request.httprequest.headers.get("x-xero-signature", "")
        is_signed = request.env["synkd.xero.event"].sudo()._receive(body, signature)
        return request.make_response("", status=200 if is_signed else 401)
