# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses, limits and scopes of Xero; no logic."""

# Where Xero lives. A ledger may name other addresses (see `synkd.ledger`).
API_URL = "https://api.xero.com"
IDENTITY_URL = "https://identity.xero.com"
LOGIN_URL = "https://login.xero.com"

# Below the API's address.
ACCOUNTING_PATH = "/api.xro/2.0"
CONNECTIONS_PATH = "/connections"
# Below the address of the login.
AUTHORIZE_PATH = "/identity/connect/authorize"
# Below the address of the identity server.
TOKEN_PATH = "/connect/token"
REVOKE_PATH = "/connect/revocation"

# What we may do there; apps made from March 2026 on take granular scopes only.
SCOPES = (
    "offline_access",
    "accounting.contacts",
    "accounting.invoices",
    "accounting.payments",
    "accounting.settings.read",
)
