# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import api, models

from odoo.addons.synkd_connector.lib.documents import (
    ACCOUNT,
    BANK,
    ITEM,
    TAX,
    ListItem,
    Lists,
)
from odoo.addons.synkd_connector.lib.odd import Oddity
from odoo.addons.synkd_connector.lib.results import (
    Balance,
    BalancePage,
    CustomerData,
    Page,
)

from ..lib import customers
from ..lib.documents import NO_TAX
from ..lib.shape import Misfit

PAGE_SIZE = 500
LIST_KINDS = {"taxes": (TAX,), "accounts": (ACCOUNT, BANK), "items": (ITEM,)}
# What an export of customers may have, and the field of our files that it comes from.
FIELDS = {
    "name": "CustomerDesc",
    "contact_name": "Contact",
    "email": "Email",
    "phone": "Telephone",
    "vat": "ExemptRef",
    "street": "PostAddress01",
    "street2": "PostAddress02",
    "city": "PostAddress03",
    "zip": "PostAddress05",
    "delivery_street": "DelAddress01",
    "delivery_street2": "DelAddress02",
    "delivery_city": "DelAddress03",
    "delivery_zip": "DelAddress05",
    "credit_limit": "CreditLimit",
    "held": "Blocked",
}


class SynkdConnectorPastel(models.AbstractModel):
    """What runs read of Pastel: the exports that people uploaded and tested."""

    _inherit = "synkd.connector.pastel"

    @api.model
    def _capabilities(self, ledger):
        """Override: what is read comes from exports."""
        return replace(
            super()._capabilities(ledger),
            pull=True,
            balances=True,
            fields=("code", *FIELDS),
        )

    @api.model
    def _pull_lists(self, ledger):
        """Override: the last export of each list, and what every company has."""
        none = ListItem(TAX, NO_TAX, NO_TAX, self.env._("No Tax"), "0.0000")
        items, odd = [none], []
        for name, kinds in LIST_KINDS.items():
            export = self._find_exports(ledger, name)[-1:]
            if not export:
                continue
            found = export._read(export._read_table())
            odd += self._describe_odd(export, found)
            for record in found.records:
                code, rate = record["code"], record.get("rate", "")
                if (name, code) == ("taxes", NO_TAX):
                    continue
                items += [
                    ListItem(kind, code, code, record["name"], rate) for kind in kinds
                ]
        return Lists(tuple(items), odd=tuple(odd))

    @api.model
    def _pull_customers(self, ledger, cursor):
        """Override: the exports of customers that were not read yet."""
        for part, behind, is_last, odd in self._each_part(ledger, "customers", cursor):
            records = tuple(self._complete(ledger, part))
            yield Page(records, behind, odd=odd, is_last=is_last)

    @api.model
    def _pull_balances(self, ledger, cursor):
        """Override: the exports of balances that were not read yet."""
        for part, behind, is_last, odd in self._each_part(ledger, "balances", cursor):
            balances = tuple(
                Balance(record["code"], record["total"], record["overdue"])
                for record in part
            )
            yield BalancePage(balances, behind, odd=odd, is_last=is_last)

    # === EXPORTS === #

    def _find_exports(self, ledger, kind, after=0):
        """Return the exports that people gave to runs, oldest first."""
        return self.env["synkd.pastel.export"].search(
            [
                ("ledger_id", "=", ledger.id),
                ("kind", "=", kind),
                ("state", "=", "ready"),
                ("id", ">", after),
            ],
            order="id",
        )

    def _each_part(self, ledger, kind, cursor):
        """Yield the unread exports in parts; at least one, which is the last.

        :return: records, cursor behind them, whether it is the last part, and
            what is odd.
        """
        after, row = cursor.get("export", 0), cursor.get("row", 0)
        exports = self._find_exports(ledger, kind, after)
        if not exports:
            yield [], cursor, True, ()
        for export in exports:
            found = export._read(export._read_table())
            odd = () if row else tuple(self._describe_odd(export, found))
            starts = range(row, max(len(found.records), 1), PAGE_SIZE)
            for start in starts:
                part = found.records[start : start + PAGE_SIZE]
                is_end = start == starts[-1]
                after = export.id if is_end else after
                behind = {"export": after, "row": 0 if is_end else start + PAGE_SIZE}
                is_last = is_end and export == exports[-1]
                yield part, behind, is_last, odd
                odd = ()
            row = 0

    def _describe_odd(self, export, found):
        """Return the rows of an export that make no sense."""
        return [
            Oddity(
                export.display_name,
                self.env._("line %s", line),
                export._explain(why).rstrip("."),
            )
            for line, why in found.odd
        ]

    # === CUSTOMERS === #

    def _complete(self, ledger, records):
        """Return customers; what an export does not tell is as it is known here.

        What Pastel keeps shortened, or with other letters, is ours still.

        :param list records: dicts of what the export tells.
        :rtype: list[CustomerData]
        """
        codes = [record["code"] for record in records]
        accounts = self.env["synkd.account.customer"].with_context(active_test=False)
        found = accounts.search(
            [("ledger_id", "=", ledger.id), ("external_id", "in", codes)]
        )
        known = {account.external_id: account._to_data() for account in found}
        settings = ledger._get_pastel_settings()
        return [
            self._complete_one(record, known.get(record["code"]), settings)
            for record in records
        ]

    def _complete_one(self, record, ours, settings):
        """Return one customer."""
        told = {name: record[name] for name in FIELDS if name in record}
        if not ours:
            return CustomerData(external_id=record["code"], code=record["code"], **told)
        try:
            sent = customers.to_customer(ours, settings)["fields"]
        except Misfit:
            sent = {}
        changed = {
            name: value
            for name, value in told.items()
            if not self._is_same(name, value, sent.get(FIELDS[name]))
        }
        return replace(ours, external_id=record["code"], **changed)

    def _is_same(self, name, theirs, sent):
        """Whether Pastel has what a file brought."""
        if name == "held":
            return ("Y" if theirs else "N") == sent
        if name == "credit_limit":
            return theirs == (sent or "").replace(",", ".")
        return theirs == sent
