# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Contacts: reading, creating, changing, archiving, merging."""

from decimal import Decimal

from . import batch, contact_rules, listing, wire
from .errors import Invalid
from .routing import one, route
from .state import new_id

ZERO = Decimal(0)
NUMBERS = ("ContactNumber", "AccountNumber")
# Only lists by page and single reads show these.
DETAILS = (
    *("PaymentTerms", "ContactGroups", "Balances", "ContactPersons"),
    *("MergedToContactID", "BrandingTheme", "SalesTrackingCategories"),
    *("PurchasesTrackingCategories", "SalesDefaultAccountCode"),
    *("PurchasesDefaultAccountCode", "XeroNetworkKey"),
)
# What `summaryOnly` leaves out.
NOT_IN_SUMMARY = (
    *DETAILS,
    *("Addresses", "Phones", "IsCustomer", "IsSupplier"),
    *("SalesDefaultLineAmountType", "PurchasesDefaultLineAmountType"),
    *("AccountsReceivableTaxType", "AccountsPayableTaxType"),
)
SEARCHED = (
    *("Name", "FirstName", "LastName"),
    *("ContactNumber", "CompanyNumber", "EmailAddress"),
)
NAME_TAKEN = (
    "The contact name {0} is already assigned to another contact. The contact name "
    "must be unique across all active contacts."
)
ACCOUNT_TAKEN = (
    "The Account Number already exists. Please enter a different Account Number."
)


# Reading


@route("GET", "/Contacts", "contacts")
def read_list(call):
    """Answer a list of contacts."""
    records = _chosen(call)
    summary = call.request.flag("summaryOnly")
    owed = {} if summary else balances(call.tenant)

    def shown(record, detailed):
        return view(call.tenant, record, detailed, summary, owed)

    return listing.answer(call, "Contacts", "ContactID", records, shown)


def _chosen(call):
    """Return the contacts that the query's own filters leave."""
    records = list(call.tenant.contacts.values())
    ids = listing.listed(call, "IDs")
    if ids is not None:
        records = [each for each in records if each["ContactID"] in ids]
    if not call.request.flag("includeArchived"):
        records = [r for r in records if r["ContactStatus"] == "ACTIVE"]
    if term := call.query.get("searchTerm", "").casefold():
        records = [
            record
            for record in records
            if any(term in str(record.get(name, "")).casefold() for name in SEARCHED)
        ]
    return records


@route("GET", "/Contacts/{id}", "contacts")
def read_one(call, key):
    """Answer one contact, by ContactID or ContactNumber."""
    numbered = call.tenant.find("contacts", "ContactNumber", key)
    record = numbered or one(call.tenant.contacts, key)
    shown = view(call.tenant, record, True, owed=balances(call.tenant))
    return {"Contacts": [shown]}


def view(tenant, record, detailed=True, summary=False, owed=None):
    """Return a contact as it is sent.

    :param owed: what `balances` found, so that a list counts once.
    """
    if summary:
        found = {k: v for k, v in record.items() if k not in NOT_IN_SUMMARY}
        return {**wire.plain(found), "HasValidationErrors": False}
    found = {**record, "Addresses": _addresses(record), "Phones": _phones(record)}
    found["ContactGroups"] = _groups(tenant, record)
    if balance := (owed or {}).get(record["ContactID"]):
        found["Balances"] = balance
    if tenant.world.options["loose_types"]:
        found.setdefault("SalesDefaultLineAmountType", "")
    if not detailed:
        found = {key: value for key, value in found.items() if key not in DETAILS}
    return {**wire.plain(found), "HasAttachments": False, "HasValidationErrors": False}


def _addresses(record):
    """Return both types, those that were never set being empty."""
    blank = {"City": "", "Region": "", "PostalCode": "", "Country": ""}
    given = {each["AddressType"]: each for each in record.get("Addresses", ())}
    kinds = reversed(contact_rules.ADDRESS_TYPES)
    return [{"AddressType": k, **blank, **given.get(k, {})} for k in kinds]


def _phones(record):
    """Return the full set of types, those that were never set being empty."""
    blank = dict.fromkeys(contact_rules.PHONE, "")
    given = {each["PhoneType"]: each for each in record.get("Phones", ())}
    kinds = contact_rules.PHONE_TYPES
    return [{"PhoneType": k, **blank, **given.get(k, {})} for k in kinds]


def _groups(tenant, record):
    return [
        {key: group[key] for key in ("ContactGroupID", "Name", "Status")}
        for group in tenant.groups.values()
        if record["ContactID"] in group["_members"] and group["Status"] == "ACTIVE"
    ]


def balances(tenant):
    """Return what each contact owes and is owed, in the base currency, by id."""
    today = tenant.world.clock.today()
    found = {}
    for invoice in tenant.invoices.values():
        if invoice["Status"] == "AUTHORISED":
            late = (invoice["DueDate"] or today) < today
            _add(found, invoice, invoice["AmountDue"], late)
    for table in (tenant.credit_notes, tenant.overpayments, tenant.prepayments):
        for credit in table.values():
            if credit["Status"] == "AUTHORISED":
                _add(found, credit, -credit["RemainingCredit"], False)
    return found


def _add(found, document, amount, late):
    sides = ("AccountsReceivable", "AccountsPayable")
    blank = {side: {"Outstanding": ZERO, "Overdue": ZERO} for side in sides}
    balance = found.setdefault(document["_contact"], blank)
    kind = document["Type"]
    side = sides[kind.startswith(("ACCPAY", "SPEND", "AP"))]
    amount = wire.cents(amount / document["CurrencyRate"])
    balance[side]["Outstanding"] += amount
    balance[side]["Overdue"] += amount if late else ZERO


# Writing


@route("PUT", "/Contacts", "contacts")
def create(call):
    """Create contacts; a known Name or ContactNumber is an error."""
    return batch.save(call, "Contacts", "ContactID", _store(call, True), FLAG)


@route("POST", "/Contacts", "contacts")
def create_or_update(call):
    """Create contacts, or change those that are known."""
    return batch.save(call, "Contacts", "ContactID", _store(call), FLAG)


@route("POST", "/Contacts/{id}", "contacts")
def update_one(call, key):
    """Change one contact."""
    one(call.tenant.contacts, key)
    element = {**call.element("Contacts"), "ContactID": key}
    return batch.save_one(call, "Contacts", "ContactID", _store(call), element, FLAG)


FLAG = "HasValidationErrors"


def _store(call, only_new=False):
    owed = balances(call.tenant)

    def store(element):
        record = save(call.tenant, element, only_new)
        return view(call.tenant, record, owed=owed), []

    return store


def save(tenant, element, only_new=False):
    """Create or change a contact and return its record.

    :param only_new: refuse to change one.
    :raises Invalid: when a rule is broken; then nothing has changed.
    """
    record = None if only_new else find(tenant, element)
    contact_rules.check(tenant, element)
    if record is None and not element.get("Name"):
        raise Invalid("The contact name is required")
    _check_unique(tenant, element, record)
    _check_status(tenant, element, record)
    kind = "UPDATE" if record else "CREATE"
    if record is None:
        record = {"ContactID": new_id(), "ContactStatus": "ACTIVE"}
        record.update(IsCustomer=False, IsSupplier=False)
        tenant.contacts[record["ContactID"]] = record
    sent = {k: v for k, v in element.items() if k in contact_rules.WRITABLE}
    record.update(sent)
    tenant.touch(record)
    tenant.note("contacts", "ContactID", record, *NUMBERS)
    if record["ContactStatus"] == "ACTIVE":
        record["_name"] = record["Name"].casefold()
        tenant.note("contacts", "ContactID", record, "_name")
    tenant.world.webhooks.note(tenant, "CONTACT", kind, record)
    return record


def find(tenant, element):
    """Return the contact that an element means, or None.

    By ContactID; without one by ContactNumber; without both by the name of an active
    contact.

    :raises Invalid: for an id that does not exist.
    """
    if key := element.get("ContactID"):
        if key not in tenant.contacts:
            raise Invalid(
                "The contact with the specified contact details does not exist"
            )
        return tenant.contacts[key]
    if number := element.get("ContactNumber"):
        return tenant.find("contacts", "ContactNumber", number)
    return _active_named(tenant, element.get("Name"))


def _active_named(tenant, name):
    record = tenant.find("contacts", "_name", str(name or "").casefold())
    return record if record and record["ContactStatus"] == "ACTIVE" else None


def _check_unique(tenant, element, record):
    same = _active_named(tenant, element.get("Name"))
    free = element.get("ContactStatus") == "ARCHIVED"
    free = free or not tenant.world.options["unique_names"]
    if same and same is not record and not free:
        raise Invalid(NAME_TAKEN.format(element["Name"]))
    same = tenant.find("contacts", "ContactNumber", element.get("ContactNumber"))
    if same and same is not record:
        number = element["ContactNumber"]
        raise Invalid(f"The contact number {number} is already assigned to a contact")
    same = tenant.find("contacts", "AccountNumber", element.get("AccountNumber"))
    if same and same is not record:
        raise Invalid(ACCOUNT_TAKEN)


def _check_status(tenant, element, record):
    now = record["ContactStatus"] if record else "ACTIVE"
    if now != "ARCHIVED" or element.get("ContactStatus") != "ACTIVE":
        return
    if not tenant.world.options["unarchive"] or "MergedToContactID" in record:
        raise Invalid("The contact is archived and cannot be made active again")
    same = _active_named(tenant, element.get("Name", record["Name"]))
    if same:
        raise Invalid(NAME_TAKEN.format(same["Name"]))


def of_document(tenant, element):
    """Return the contact that a document's `Contact` block means.

    The trap: beside a ContactID, every other field changes the contact itself, and
    its contact persons go when they are not sent along. A block that fits none makes
    a new contact.

    :raises Invalid: for an archived contact, or a block that says nothing.
    """
    if not isinstance(element, dict) or not element:
        raise Invalid("A Contact must be specified for this type of transaction")
    record = find(tenant, element)
    if record and record["ContactStatus"] != "ACTIVE":
        raise Invalid(f"The contact {record['Name']} is archived and cannot be used")
    if record is None:
        return save(tenant, element)
    if "ContactID" in element and set(element) & set(contact_rules.WRITABLE):
        sent = {key: each for key, each in element.items() if each is not None}
        save(tenant, sent)
        if "ContactPersons" not in sent:
            record.pop("ContactPersons", None)
    return record


def merge(tenant, loser, winner):
    """Do what the user interface's Merge does: documents move, one is archived."""
    gone, kept = tenant.contacts[loser], tenant.contacts[winner]
    for table in ("invoices", "credit_notes", "overpayments", "prepayments"):
        for document in getattr(tenant, table).values():
            if document["_contact"] == loser:
                document["_contact"] = winner
    gone.update(ContactStatus="ARCHIVED", MergedToContactID=winner)
    for record in (gone, kept):
        tenant.touch(record)
        tenant.world.webhooks.note(tenant, "CONTACT", "UPDATE", record)
    return gone
