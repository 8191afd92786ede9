# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the bookkeeper does in the simulated Xero of the demo, for pictures."""

import json
import urllib.request

BANK = "090"


def receive(url, number, day, amount):
    """Let the bookkeeper receive money for an invoice in the simulated Xero.

    :param str url: address of the simulator.
    :param str number: of the invoice there.
    :param str day: ISO 8601.
    """
    tenant = next(iter(_call(f"{url}/__control__/tenants", {})))
    granted = _call(f"{url}/__control__/grant", {"tenants": [tenant]})
    payment = {
        "Invoice": {"InvoiceNumber": number},
        "Account": {"Code": BANK},
        "Date": day,
        "Amount": amount,
    }
    headers = {
        "Authorization": f"Bearer {granted['access_token']}",
        "Xero-Tenant-Id": tenant,
    }
    _call(f"{url}/api.xro/2.0/Payments", {"Payments": [payment]}, "PUT", headers)


def _call(url, body, method="POST", headers=None):
    """Make one call; return what was answered."""
    plain = "application/json"
    headers = {"Content-Type": plain, "Accept": plain, **(headers or {})}
    data = json.dumps(body).encode()
    asked = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)
