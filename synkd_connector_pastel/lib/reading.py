# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the lists of Pastel tell: customers, what they owe, taxes, accounts, items."""

from dataclasses import dataclass

from . import exports
from .shape import CODE, ITEM, Misfit, Texts, is_kept, ledger_account, tax_type

LISTS = {"taxes": "tax", "accounts": "account", "items": "item"}


@dataclass(frozen=True)
class Found:
    """What a file tells.

    :param list records: dicts of texts by what they are.
    :param list odd: pairs of a line and why it makes no sense.
    """

    records: list
    odd: list


class Odd(ValueError):
    """A row makes no sense; says why, a word."""


def read(kind, table, columns):
    """Return what a table tells.

    :param str kind: of ``exports.KINDS``.
    :param Table table: the rows.
    :param dict columns: place of the column by what it is.
    :rtype: Found
    """
    check = CHECKS[kind]
    records, seen = [], set()
    odd = [(line, "short") for line in table.short]
    for line, cells in exports.each_row(table, columns):
        try:
            record = check(cells)
            if record["code"] in seen:
                raise Odd("double")
        except Odd as error:
            odd.append((line, str(error)))
            continue
        seen.add(record["code"])
        records.append(record)
    return Found(records, sorted(odd))


def find_strangers(found, known):
    """Return what tells that a list is of another company.

    :param Found found: what the list tells.
    :param dict known: names by code, of those that are known here.
    :return: codes of both, and those of them that have another name there.
    :rtype: tuple[set, list]
    """
    there = {record["code"]: record["name"] for record in found.records}
    shared = there.keys() & known.keys()
    renamed = (c for c in shared if there[c] and not _is_one(there[c], known[c]))
    return shared, sorted(renamed)


def _is_one(theirs, ours):
    """Whether two names are one, as Pastel writes it."""
    return Texts().plain(theirs).upper() == Texts().plain(ours).upper()


def _check_customer(cells):
    """Return a customer.

    :raise Odd: when it makes no sense.
    """
    record = cells | {"code": _customer_code(cells)}
    if not cells["name"]:
        raise Odd("name")
    if "credit_limit" in cells:
        limit = _amount(cells["credit_limit"])
        if limit < 0:
            raise Odd("amount")
        record["credit_limit"] = f"{limit:.2f}"
    if "held" in cells:
        record["held"] = exports.to_flag(cells["held"])
    return record


def _check_balance(cells):
    """Return what a customer owes."""
    code = _customer_code(cells)
    total = _amount(cells["total"])
    # Without the part that is not due, nothing is known to be overdue.
    current = _amount(cells["current"]) if "current" in cells else total
    return {
        "code": code,
        "name": cells.get("name", ""),
        "total": total,
        "overdue": max(total - current, total * 0),
    }


def _check_tax(cells):
    """Return a tax type."""
    try:
        code = tax_type(cells["code"])
    except Misfit as misfit:
        raise Odd("code") from misfit
    try:
        rate = exports.to_amount(cells.get("rate", "").rstrip("% "))
    except ValueError as error:
        raise Odd("rate") from error
    if not 0 <= rate < 100:
        raise Odd("rate")
    shown = f"{rate:.4f}" if "rate" in cells else ""
    return {"code": code, "name": cells["name"], "rate": shown}


def _check_account(cells):
    """Return a ledger account."""
    try:
        return {"code": ledger_account(cells["code"]), "name": cells["name"]}
    except Misfit as misfit:
        raise Odd("code") from misfit


def _check_item(cells):
    """Return an inventory item."""
    if not 0 < len(cells["code"]) <= ITEM or not is_kept(cells["code"]):
        raise Odd("code")
    return {"code": cells["code"], "name": cells["name"]}


def _customer_code(cells):
    """Return the code of a customer, in capitals.

    :raise Odd: when it is none that Pastel has.
    """
    code = cells["code"].upper()
    if not 0 < len(code) <= CODE or not (code.isascii() and code.isprintable()):
        raise Odd("code")
    return code


def _amount(text):
    """Return an amount.

    :raise Odd: when it is none.
    """
    try:
        return exports.to_amount(text)
    except ValueError as error:
        raise Odd("amount") from error


CHECKS = {
    "customers": _check_customer,
    "balances": _check_balance,
    "taxes": _check_tax,
    "accounts": _check_account,
    "items": _check_item,
}
