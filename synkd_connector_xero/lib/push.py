# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writing customers: one batch, in as few calls as it takes."""

from odoo.addons.synkd_connector.lib.identity import find_key
from odoo.addons.synkd_connector.lib.results import (
    CANDIDATES,
    NOT_FOUND,
    OK,
    BooksRecord,
    Result,
)
from odoo.addons.synkd_connector_http.lib.address import part
from odoo.addons.synkd_connector_http.lib.push import Push

from . import changes, elements, identity, reading

IDENTITY = ("ContactID", "ContactNumber")
EACH_ALONE = {"summarizeErrors": "false"}
# Why a member was refused without asking Xero; the sentences are in const.py.
EMAIL = "email"
UNKNOWN = "unknown"
MERGED = "merged"


class CustomerPush(Push):
    """Sends one batch of customers.

    New ones are created with PUT, which refuses a name or number that is taken; POST
    would write over the contact of that name. Known ones are read first, and only
    what differs is sent.
    """

    def __init__(self, client, batch, places, base_currency, our_groups, say):
        """Prepare.

        :param XeroClient client: talks.
        :param Batch batch: of the core's contract.
        :param set our_groups: contact groups that belong to our classes.
        :param callable say: makes a sentence of a member, Xero's words and a reason.
        """
        super().__init__(client, batch, say)
        self.places = places
        self.base_currency = base_currency
        self.our_groups = our_groups
        self._current = {}
        self._groups = None

    def _prepare(self):
        """Override: read what Xero has of the known ones."""
        _fresh, known = self._split()
        found = reading.read_contacts(self.client, [m.external_id for m in known])
        self._current = {contact["ContactID"]: contact for contact in found}

    def _send(self):
        fresh, known = self._split()
        if fresh:
            self._write("PUT", [(m, self._new(m)) for m in fresh])
        changed = [(m, self._changed(m)) for m in known if self._is_there(m)]
        self._note_unchanged([m for m, element in changed if not element])
        self._write("POST", [pair for pair in changed if pair[1]])
        self._join_groups()

    # === READ === #

    def _is_there(self, member):
        """Whether a known contact is still what it was; refuse the member if not."""
        current = self._current.get(member.external_id)
        reason = UNKNOWN if not current else current.get("MergedToContactID") and MERGED
        if reason:
            self._refuse(member, (current or {}).get("Name", ""), reason)
        return not reason

    # === WRITE === #

    def _new(self, member):
        return changes.to_create(signed(member), self.base_currency)

    def _changed(self, member):
        """Return what differs of a known contact, with its id; {} for nothing."""
        current = self._current[member.external_id]
        found = changes.to_update(
            signed(member), current, self.places, self.base_currency
        )
        return found and {"ContactID": member.external_id, **found}

    def _note_unchanged(self, members):
        for member in members:
            self._accept(member, member.external_id)

    def _write(self, method, pairs):
        """Make one call, and note what became of each element."""
        if not pairs:
            return
        sent = [element for _member, element in pairs]
        key = f"{self.batch.key}:{method}"
        body = {"Contacts": sent}
        answer = self.client.save(method, "/Contacts", body, key, EACH_ALONE)
        self.has_written = True
        found = elements.match(sent, answer.get("Contacts") or [], IDENTITY)
        for (member, _element), element in zip(pairs, found, strict=True):
            if element is not None:
                self._note(member, element)

    def _note(self, member, element):
        """Note the answer to one element; a warning means that it was saved."""
        if elements.is_refused(element):
            words = " ".join(elements.find_errors(element))
            of_email = "email" in words.lower().replace("-", "") and find_emails(member)
            self._refuse(member, words, EMAIL if of_email else "")
        else:
            words = elements.find_warnings(element)
            self._accept(member, element.get("ContactID") or "", words)

    # === CONTACT GROUPS === #

    def _join_groups(self):
        """Put saved contacts into the groups of their classes, and out of others.

        Those for whom that fails get no result: the next run asks what they lack.
        """
        waiting = {}
        for member in self.batch.members:
            result = self.results.get(member.res_id)
            if not result or result.outcome != OK:
                continue
            current = self._current.get(result.external_id) or {}
            for name in changes.groups_to_join(member.payload, current):
                waiting.setdefault(name, []).append(result)
            for group_id in changes.groups_to_leave(
                member.payload, current, self.our_groups
            ):
                self._leave_group(group_id, result)
        unsure = [result for results in waiting.values() for result in results]
        for result in unsure:
            self.results.pop(result.res_id, None)
        for name, results in waiting.items():
            self._join_group(name, results)

    def _leave_group(self, group_id, result):
        del self.results[result.res_id]
        self.client.delete(
            f"/ContactGroups/{part(group_id)}/Contacts/{part(result.external_id)}"
        )
        self.has_written = True
        self.results[result.res_id] = result

    def _join_group(self, name, results):
        """Put contacts into one group, with one call."""
        group_id = self._group_id(name)
        body = {"Contacts": [{"ContactID": r.external_id} for r in results]}
        path = f"/ContactGroups/{part(group_id)}/Contacts"
        self.client.save("PUT", path, body, f"{self.batch.key}:{group_id}"[-80:])
        self.has_written = True
        self.results |= {result.res_id: result for result in results}

    def _group_id(self, name):
        """Return the id of a group, which is made when there is none."""
        if self._groups is None:
            body = self.client.get("/ContactGroups")
            self._groups = body.get("ContactGroups") or []
        for group in self._groups:
            if str(group.get("Name")).casefold() == name.casefold():
                return group["ContactGroupID"]
        body = {"ContactGroups": [{"Name": name}]}
        answer = self.client.save("PUT", "/ContactGroups", body)
        self._groups += answer.get("ContactGroups") or []
        return self._groups[-1]["ContactGroupID"]


def signed(member):
    """Return the contact of a member with our key on it, its ContactNumber.

    What was written down before there were keys has a number of its own.

    :rtype: dict
    """
    number = member.own_key or member.payload.get("ContactNumber")
    return {**member.payload, "ContactNumber": number}


def find_emails(member):
    """Return all e-mail addresses of a contact, as they were sent.

    :param Member member: of the core's contract.
    :rtype: str
    """
    records = (member.payload, *member.payload.get("ContactPersons", ()))
    return ", ".join(r["EmailAddress"] for r in records if r.get("EmailAddress"))


def find_outcomes(client, batch, places, base_currency, say):
    """Find out what Xero holds of some members whose answer is unknown.

    They are known by the id that was kept, or by our number. What has neither, but may
    be ours, only a person can tell.

    :param Batch batch: as it was sent.
    :param callable say: makes a sentence of a member.
    :return: OK when all that was sent is there, NOT_FOUND when it must be sent again.
    :rtype: tuple[Result]
    """
    known = [m.external_id for m in batch.members if m.external_id]
    numbers = [signed(m)["ContactNumber"] for m in batch.members if not m.external_id]
    found = reading.read_contacts(client, known)
    found += reading.read_contacts_by_number(client, numbers)
    by_id = {contact["ContactID"]: contact for contact in found}
    by_number = {contact.get("ContactNumber"): contact for contact in found}
    there = {
        member.res_id: by_id.get(member.external_id)
        or by_number.get(signed(member)["ContactNumber"])
        for member in batch.members
    }
    lost = {
        m.res_id for m in batch.members if not m.external_id and not there[m.res_id]
    }
    stray = _read_stray(client, batch) if lost else []
    return tuple(
        _of_lost(member, stray, say)
        if member.res_id in lost
        else _outcome(member, there[member.res_id], places, base_currency)
        for member in batch.members
    )


def _read_stray(client, batch):
    """Return the contacts written since a batch that have no key of ours.

    :rtype: list[dict]
    """
    params = {"includeArchived": "true"}
    written = identity.read_written(client, "Contacts", "ContactID", batch, params)
    return [each for each in written if not find_key(each.get("ContactNumber"))]


def _of_lost(member, stray, say):
    """Return what became of a new contact that does not have our number.

    :param list stray: contacts that nobody can tell whose they are.
    :rtype: Result
    """
    like = tuple(_to_record(each) for each in stray if _is_like(member, each))
    if not like:
        return Result(member.res_id, NOT_FOUND)
    return Result(member.res_id, CANDIDATES, message=say(member), candidates=like)


def _is_like(member, contact):
    """Whether a contact has the code or the name of a member."""
    return any(
        _plain(contact.get(name)) == _plain(member.payload[name]) != ""
        for name in ("AccountNumber", "Name")
    )


def _plain(text):
    return str(text or "").strip().casefold()


def _to_record(contact):
    """Return a contact as a person tells it from others.

    :rtype: BooksRecord
    """
    code, name = (str(contact.get(key) or "") for key in ("AccountNumber", "Name"))
    return BooksRecord(contact["ContactID"], code, name=name)


def _outcome(member, current, places, base_currency):
    if not current:
        return Result(member.res_id, NOT_FOUND, member.external_id)
    if current.get("MergedToContactID"):
        # It got there; that it was merged is told with the contacts that changed.
        return Result(member.res_id, OK, current["ContactID"])
    lacks = changes.to_update(
        signed(member), current, places, base_currency
    ) or changes.groups_to_join(member.payload, current)
    outcome = NOT_FOUND if lacks else OK
    return Result(member.res_id, outcome, current["ContactID"])
