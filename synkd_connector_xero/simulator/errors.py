# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How Xero says no."""

from odoo.addons.synkd_connector_http.simulator.errors import Refused


class Invalid(Exception):
    """One element breaks rules; `messages` are what Xero would list for it."""

    def __init__(self, *messages):
        """Keep the messages, in order."""
        super().__init__(*messages)
        self.messages = list(messages)


def unauthorised(detail="TokenExpired", instance=""):
    """Return the 401 of a missing, wrong or expired access token."""
    body = {
        "Type": None,
        "Title": "Unauthorized",
        "Status": 401,
        "Detail": detail,
        "Instance": instance,
        "Extensions": {},
    }
    return Refused(401, body)


def insufficient_scope(instance=""):
    """Return the 401 of a token whose scopes do not reach."""
    refused = unauthorised("AuthorizationUnsuccessful", instance)
    refused.headers["WWW-Authenticate"] = "insufficient_scope"
    return refused


def forbidden(instance=""):
    """Return the 403 of a tenant that this token is not connected to."""
    refused = unauthorised("AuthenticationUnsuccessful", instance)
    refused.status = refused.body["Status"] = 403
    refused.body["Title"] = "Forbidden"
    return refused


def not_found():
    """Return the 404 of the API: plain text, not JSON."""
    text = "The resource you're looking for cannot be found"
    return Refused(404, text)


def bad_request(message, number=17, kind="PostDataInvalidException"):
    """Return the 400 of a request that could not be understood at all."""
    return Refused(400, {"ErrorNumber": number, "Type": kind, "Message": message})


def validation(elements):
    """Return the 400 that lists the elements which broke a rule."""
    body = {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": elements,
    }
    return Refused(400, body)
