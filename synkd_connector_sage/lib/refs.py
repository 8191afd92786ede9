# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Identities of documents: a letter for the kind, and Sage's number.

Whether two kinds share their numbers is not known, so they are told apart.
"""

INVOICE, RETURN, RECEIPT = "TaxInvoice", "CustomerReturn", "CustomerReceipt"
LETTERS = {INVOICE: "I", RETURN: "C", RECEIPT: "R"}
SERVICES = {letter: service for service, letter in LETTERS.items()}
# Kinds of documents, as the core calls them, and what takes each back.
KINDS = {"invoice": INVOICE, "credit_note": RETURN}
OPPOSITES = {INVOICE: RETURN, RETURN: INVOICE}


def to_ref(service, id_):
    """Return the identity of a record of a kind.

    :rtype: str
    """
    return f"{LETTERS[service]}{id_}"


def service_of(ref):
    """Return the service whose record an identity is of.

    :rtype: str
    """
    return SERVICES.get(ref[:1], INVOICE)


def number_of(ref):
    """Return Sage's number of an identity; what is none goes as it is, to be refused.

    :param str ref: with a letter or, of customers and lists, without one.
    """
    digits = ref[1:] if ref[:1] in SERVICES else ref
    return int(digits) if digits.isascii() and digits.isdigit() else ref
