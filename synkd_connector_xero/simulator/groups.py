# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Contact groups and who is in them."""

from odoo.addons.synkd_connector_http.simulator.message import Answer

from . import batch, listing
from .errors import Invalid
from .routing import one, route
from .state import new_id

WHAT = ("ContactGroups", "ContactGroupID")


@route("GET", "/ContactGroups", "contacts")
def read_list(call):
    """Answer all active groups, without their members."""
    records = [g for g in call.tenant.groups.values() if g["Status"] == "ACTIVE"]
    call.query.setdefault("order", "Name")
    return listing.answer(
        call, "ContactGroups", "ContactGroupID", records, _brief, paging=False
    )


@route("GET", "/ContactGroups/{id}", "contacts")
def read_one(call, key):
    """Answer one group with its members."""
    return {"ContactGroups": [_view(call, one(call.tenant.groups, key))]}


def _brief(group, _detailed=False):
    return {key: group[key] for key in ("ContactGroupID", "Name", "Status")}


def _view(call, group):
    members = [call.tenant.contacts[key] for key in group["_members"]]
    shown = [{"ContactID": m["ContactID"], "Name": m["Name"]} for m in members]
    return {**_brief(group), "Contacts": shown}


@route("PUT", "/ContactGroups", "contacts")
def create(call):
    """Create a group."""
    return batch.save_one(
        call, "ContactGroups", "ContactGroupID", _store(call), flag=""
    )


@route("POST", "/ContactGroups/{id}", "contacts")
def update(call, key):
    """Rename a group, or delete it with Status DELETED."""
    group = one(call.tenant.groups, key)
    return batch.save_one(
        call, "ContactGroups", "ContactGroupID", _store(call, group), flag=""
    )


def _store(call, group=None):
    def store(element):
        name = element.get("Name", group["Name"] if group else "")
        others = [g for g in call.tenant.groups.values() if g is not group]
        taken = {g["Name"].casefold() for g in others if g["Status"] == "ACTIVE"}
        if not name or name.casefold() in taken:
            raise Invalid("The contact group name is required and must be unique")
        found = group or {
            "ContactGroupID": new_id(),
            "_members": [],
            "Status": "ACTIVE",
        }
        found.update(Name=name, Status=element.get("Status", found["Status"]))
        call.tenant.groups[found["ContactGroupID"]] = found
        return _view(call, found), []

    return store


@route("PUT", "/ContactGroups/{id}/Contacts", "contacts")
def add_contacts(call, key):
    """Put contacts into a group."""
    group = one(call.tenant.groups, key)

    def store(element):
        contact = element.get("ContactID")
        if contact not in call.tenant.contacts:
            raise Invalid("The contact does not exist")
        if contact not in group["_members"]:
            group["_members"].append(contact)
        name = call.tenant.contacts[contact]["Name"]
        return {"ContactID": contact, "Name": name}, []

    return batch.save(call, "Contacts", "ContactID", store, "HasValidationErrors")


@route("DELETE", "/ContactGroups/{id}/Contacts", "contacts")
def remove_all(call, key):
    """Take all contacts out of a group."""
    one(call.tenant.groups, key)["_members"] = []
    return Answer(204)


@route("DELETE", "/ContactGroups/{id}/Contacts/{contact}", "contacts")
def remove_one(call, key, contact):
    """Take one contact out of a group."""
    members = one(call.tenant.groups, key)["_members"]
    one(dict.fromkeys(members, True), contact)
    members.remove(contact)
    return Answer(204)
