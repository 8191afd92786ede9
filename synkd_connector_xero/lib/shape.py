# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What our readers count on in Xero's answers."""

from odoo.addons.synkd_connector.lib.odd import Oddity, printable

from ..http.shapes import Shape

# The identity of each list that is read.
KEYS = {
    "Contacts": "ContactID",
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "Payments": "PaymentID",
    "Overpayments": "OverpaymentID",
    "Prepayments": "PrepaymentID",
    "BankTransactions": "BankTransactionID",
    "ContactGroups": "ContactGroupID",
    "TaxRates": "TaxType",
    "Accounts": "AccountID",
    "Items": "ItemID",
    "Currencies": "Code",
    "Organisations": "",
    "Allocations": "",
}
# How a reader fails with data that it does not expect.
FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
# Where a body tells how many of its records cannot be read.
ODD = "(odd)"
# By what a person finds a record.
NAMES = (
    *("InvoiceNumber", "CreditNoteNumber", "AccountNumber", "Code", "Name"),
    *("Reference", "TaxType"),
)
SHAPE = Shape(
    texts=frozenset(
        (
            *(key for key in KEYS.values() if key),
            *("ContactNumber", "AccountNumber", "Name", "FirstName", "LastName"),
            *("EmailAddress", "TaxNumber", "DefaultCurrency", "ContactStatus"),
            *("AccountsReceivableTaxType", "MergedToContactID", "CurrencyCode"),
            *("AddressType", "AddressLine1", "AddressLine2", "AddressLine3"),
            *("AddressLine4", "AttentionTo", "City", "Region", "PostalCode"),
            *("Country", "PhoneType", "PhoneNumber", "PhoneAreaCode"),
            *("PhoneCountryCode", "InvoiceNumber", "CreditNoteNumber", "Reference"),
            *("Status", "Type", "Code", "TaxType", "Description", "UpdatedDateUTC"),
            *("Date", "DateString", "BaseCurrency", "Url"),
        )
    ),
    amounts=frozenset(
        (
            *("Total", "TotalTax", "AmountDue", "AmountPaid", "AmountCredited"),
            *("RemainingCredit", "Amount", "BankAmount", "LineAmount", "UnitAmount"),
            *("CurrencyRate", "Outstanding", "Overdue", "EffectiveRate", "Day"),
        )
    ),
    objects=frozenset(
        (
            *("Contact", "Invoice", "CreditNote", "Overpayment", "Prepayment"),
            *("Account", "BankAccount", "BankTransaction", "Balances"),
            *("AccountsReceivable", "PaymentTerms", "Sales", "Bills"),
        )
    ),
    lists=frozenset(
        (
            *("Addresses", "Phones", "ContactPersons", "ContactGroups", "LineItems"),
            *("Payments", "Allocations", "ValidationErrors", "Warnings"),
        )
    ),
)


def split(body, needs_keys):
    """Return a body with the records that can be read, and what is odd about others.

    :param dict body: of an answer.
    :param bool needs_keys: each record has to have its identity.
    :rtype: tuple[dict, list[Oddity]]
    """
    found, odd = dict(body), []
    for plural, key in KEYS.items():
        if body.get(plural) is None:
            continue
        records = body[plural] if isinstance(body[plural], list) else [body[plural]]
        reasons = [SHAPE.find_oddity(r, key if needs_keys else "") for r in records]
        pairs = list(zip(records, reasons, strict=True))
        found[plural] = [record for record, reason in pairs if not reason]
        odd += [to_oddity(plural, record, why) for record, why in pairs if why]
    if odd:
        found[ODD] = len(odd)
    return found, odd


def to_oddity(plural, record, reason):
    """Return what people are told of a record that cannot be read.

    :param str plural: name of its list.
    :param record: whatever it is.
    :param str reason: a few words.
    :rtype: Oddity
    """
    record = record if isinstance(record, dict) else {}
    values = (record.get(name) for name in (*NAMES, KEYS.get(plural)))
    texts = (printable(value) for value in values if isinstance(value, str))
    return Oddity(plural, next(filter(None, texts), ""), reason)


def read_each(client, plural, records, read):
    """Return what each record means; one that means nothing is told like the odd ones.

    :param XeroClient client: gave the records.
    :param callable read: gets a record.
    :rtype: list
    """
    found = []
    for record in records:
        try:
            found.append(read(record))
        except FAULTS as error:
            client.odd.append(to_oddity(plural, record, type(error).__name__))
    return found
