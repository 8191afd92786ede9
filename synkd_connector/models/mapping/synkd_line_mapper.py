# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models

from ...lib.documents import LineData
from ...lib.errors import RejectedError
from ...lib.lookup import fixed, number, short
from ...lib.obstacles import Posting


class SynkdLineMapper(models.AbstractModel):
    """Maps the lines of an invoice, so that they add up to its totals to the cent."""

    _name = "synkd.line.mapper"
    _description = "From Invoice Lines to Neutral Lines"

    @api.model
    def _map_lines(self, move, lookup):
        """Return the lines of an invoice or credit note.

        Net and tax are those that Odoo itself distributes over the lines when it makes
        the entry, signed so that both kinds of documents are positive.

        :param recordset move: one `account.move`.
        :param Lookup lookup: with the postings of its lines.
        :return: whether prices include tax, and the ``LineData``.
        :rtype: tuple[bool, tuple]
        :raise RejectedError: when a line cannot be posted, or they do not add up.
        """
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        base_lines.sort(key=self._sort_key)
        base_lines = [line for line in base_lines if not self._is_empty(line, lookup)]
        included = self._is_included(base_lines)
        amounts = [self._get_amounts(line) for line in base_lines]
        self._level(move, amounts)
        places = move.currency_id.decimal_places
        return included, tuple(
            self._to_line(
                line, amount, self._get_posting(line, lookup), included, places
            )
            for line, amount in zip(base_lines, amounts, strict=True)
        )

    def _sort_key(self, base_line):
        """Sort as the invoice shows its lines: rounding and discounts come last."""
        line = base_line["record"]
        return line.display_type != "product", line.sequence, line.id

    def _is_empty(self, base_line, lookup):
        """Whether a line says nothing: those are not sent, see `synkd.line.rule`."""
        return base_line["record"].id not in lookup.postings and not any(
            self._get_amounts(base_line)
        )

    def _get_amounts(self, base_line):
        """Return net and tax of a line, without the noise of floats.

        :rtype: list[Decimal]
        """
        details = base_line["tax_details"]
        net = details["total_excluded_currency"]
        net += details["delta_total_excluded_currency"]
        tax = sum(data["tax_amount_currency"] for data in details["taxes_data"])
        return [number(net), number(tax)]

    def _level(self, move, amounts):
        """Put what the lines miss to the totals of the document on the largest one.

        Odoo's own distribution adds up; a cent may be left where a person typed another
        tax. More than a cent a line is no rounding.

        :raise RejectedError: says by how much the lines differ.
        """
        most = number(move.currency_id.rounding) * max(len(amounts), 1)
        for index, total in enumerate((move.amount_untaxed, move.amount_tax)):
            missing = number(total) - sum(pair[index] for pair in amounts)
            if abs(missing) > most or missing and not amounts:
                raise RejectedError(
                    self.env._(
                        "The lines of %(document)s differ from its total by"
                        " %(difference)s. Reset it to draft, and correct its taxes.",
                        document=move.display_name,
                        difference=fixed(missing, move.currency_id.decimal_places),
                    )
                )
            if missing:
                largest = max(amounts, key=lambda pair, i=index: abs(pair[i]))
                largest[index] += missing

    def _is_included(self, base_lines):
        """Whether the prices of all taxed lines include all their taxes."""
        modes = [self._get_mode(line) for line in base_lines]
        return "included" in modes and not {"excluded", "mixed"} & set(modes)

    def _get_mode(self, base_line):
        """Return how the price of a line is meant: included, excluded, mixed, or ""
        where it makes no difference."""
        taxes = base_line["tax_ids"].flatten_taxes_hierarchy()
        if not taxes or base_line["special_mode"]:
            return ""
        modes = set(taxes.mapped("price_include"))
        if len(modes) > 1:
            return "mixed"
        return "included" if modes.pop() else "excluded"

    def _to_line(self, base_line, amounts, posting, included, places):
        """Return one neutral line."""
        record, (net, tax) = base_line["record"], amounts
        price = self._get_price(base_line, amounts, included, places)
        return LineData(
            description=record.name or record.product_id.display_name or "-",
            quantity=short(number(base_line["quantity"])),
            price=short(price, least=places),
            discount=short(number(base_line["discount"]), least=2),
            net=fixed(net, places),
            tax=fixed(tax, places),
            item=posting.item,
            account=posting.account,
            tax_code=posting.tax_code,
        )

    def _get_price(self, base_line, amounts, included, places):
        """Return the price of one unit, as the document means its prices.

        It is the price that was typed, unless that one is meant otherwise than the
        document, or the rounding of the whole document fell on this line.

        :rtype: Decimal
        """
        price = number(base_line["price_unit"])
        units = number(base_line["quantity"])
        units *= 1 - number(base_line["discount"]) / Decimal(100)
        meant = sum(amounts) if included else amounts[0]
        if not units or fixed(price * units, places) == fixed(meant, places):
            return price
        return meant / units

    def _get_posting(self, base_line, lookup):
        """Return how a line is posted.

        :raise RejectedError: when it cannot be.
        """
        record = base_line["record"]
        posting = lookup.postings.get(record.id, Posting(invalid=True))
        if posting.invalid:
            raise RejectedError(
                self.env._(
                    "Line %(line)s has no product class that posts it. Press Resolve"
                    " and choose one.",
                    line=record.name or record.product_id.display_name or "-",
                )
            )
        if posting.needs:
            sentences = self.env["synkd.mapping"]._describe(posting.needs)
            raise RejectedError(" ".join(sentences))
        return posting
