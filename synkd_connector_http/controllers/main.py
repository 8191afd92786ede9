# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, request, route

from odoo.addons.synkd_connector.lib.errors import ConnectorError
from odoo.addons.synkd_connector.lib.odd import printable

from ..const import CALLBACK_PATH, WEBHOOK_PATH
from ..lib.webhooks import LARGEST_BODY

SYSTEM = "<string:system>"


class HttpController(Controller):
    @route(
        CALLBACK_PATH % SYSTEM,
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def callback(self, system, state="", code="", error="", **_rest):
        """Take a login over that comes back.

        :param str system: code of the connector; the state tells the ledger.

        :return: the way to the ledger, or a page that says what went wrong.
        """
        logins_sudo = request.env["synkd.http.login"].sudo()
        ledger = request.env["synkd.ledger"]
        try:
            ledger, verifier = logins_sudo._finish(state)
            if error or not code:
                raise UserError(self._denied_message(ledger, error))
            ledger = ledger.with_env(request.env)._check_may_connect()
            with request.env.cr.savepoint():
                ledger._finish_http_login(code, verifier)
        except (AccessError, UserError) as problem:
            return self._sorry(ledger, str(problem))
        except ConnectorError as problem:
            return self._sorry(ledger, problem.message)
        return request.redirect(f"/odoo/ledgers/{ledger.id}")

    def _denied_message(self, ledger, error):
        """Return the sentence about a login that was not allowed."""
        system = ledger._get_system()
        if error == "access_denied":
            return request.env._(
                "%s was not allowed to connect. Press Connect on the ledger's Login"
                " page again when you want to.",
                system,
            )
        return request.env._(
            "%(system)s did not log you in (%(error)s). Check the Client ID and the"
            " Redirect URI where the app is registered there.",
            system=system,
            error=printable(error, 60) or "-",
        )

    def _sorry(self, ledger, message):
        """Return the way back to the ledger, whose banner says what went wrong.

        A page of its own says it when nobody knows which ledger was meant, or who
        comes may not see it.
        """
        if ledger and ledger.with_env(request.env).has_access("read"):
            ledger.sudo().http_login_problem = message
            return request.redirect(f"/odoo/ledgers/{ledger.id}")
        return request.render(
            "synkd_connector_http.login_failed",
            {"message": message, "link": "/odoo/ledgers"},
        )

    @route(
        WEBHOOK_PATH % SYSTEM,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=LARGEST_BODY,
    )
    def webhook(self, system, **_rest):
        """Take a webhook: 200 when the books signed it, else 401, and nothing else.

        :param str system: code of the connector.
        """
        told = request.httprequest
        events_sudo = request.env["synkd.http.event"].sudo()
        is_signed = events_sudo._receive(system, told.get_data(), told.headers)
        return request.make_response("", status=200 if is_signed else 401)
