# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an organisation is set up with, to be read."""

from . import listing, wire
from .errors import not_found
from .routing import route

# Plural, table, key, whether If-Modified-Since counts, scopes, what finds one.
KINDS = [
    ("Accounts", "accounts", "AccountID", True, ("settings",), ("AccountID", "Code")),
    ("TaxRates", "tax_rates", "TaxType", False, ("settings",), ("TaxType",)),
    ("Currencies", "currencies", "Code", False, ("settings",), ()),
    ("Items", "items", "ItemID", True, ("settings", "invoices"), ("ItemID", "Code")),
    ("BrandingThemes", "themes", "BrandingThemeID", False, ("settings",), ()),
    ("TrackingCategories", "tracking", "TrackingCategoryID", False, ("settings",), ()),
]


def _view(record, _detailed):
    return wire.plain(record)


def _register(plural, table, key, since, areas, keys):
    @route("GET", f"/{plural}", *areas)
    def read_list(call):
        """Answer all records."""
        records = list(getattr(call.tenant, table).values())
        if not since:
            call.request.headers.pop("if-modified-since", None)
            call.query.setdefault("order", key)
        return listing.answer(call, plural, key, records, _view, paging=False)

    if plural == "Currencies":
        # Xero tells all of them only.
        return

    @route("GET", f"/{plural}/{{key}}", *areas)
    def read_one(call, wanted):
        """Answer one record."""
        for record in getattr(call.tenant, table).values():
            if wanted in [record[name] for name in keys or (key,)]:
                return {plural: [wire.plain(record)]}
        raise not_found()


for _kind in KINDS:
    _register(*_kind)


@route("GET", "/Organisation", "settings")
def organisation(call):
    """Answer the organisation."""
    return {"Organisations": [wire.plain(call.tenant.organisation)]}
