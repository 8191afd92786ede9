# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A made-up company of Pastel in a file, and the lists that it exports beside it."""

import json
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

from .company import PastelCompany, PastelDocument, PastelEntry

MONEY = ("total", "tax", "amount")


def load(path):
    """Return the company of a file; a new one where there is none.

    :param str path: of the file.
    :rtype: PastelCompany
    """
    if not Path(path).exists():
        return PastelCompany()
    kept = json.loads(Path(path).read_text())
    return PastelCompany(
        customers=kept["customers"],
        documents=[PastelDocument(**_as_money(each)) for each in kept["documents"]],
        entries=[PastelEntry(**_as_money(each)) for each in kept["entries"]],
    )


def save(path, pastel):
    """Keep a company in a file, and write what it exports beside it.

    :param str path: of the file.
    :param PastelCompany pastel: the company.
    """
    kept = {
        "customers": pastel.customers,
        "documents": [asdict(each) for each in pastel.documents],
        "entries": [asdict(each) for each in pastel.entries],
    }
    Path(path).write_text(json.dumps(kept, default=str))
    for name in ("customers", "transactions", "balances"):
        content = getattr(pastel, f"export_{name}")()
        Path(path).with_name(f"{name}.csv").write_bytes(content)


def _as_money(values):
    """Return values with amounts as they were."""
    return {k: Decimal(v) if k in MONEY else v for k, v in values.items()}
