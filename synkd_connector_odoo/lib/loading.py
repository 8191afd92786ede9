# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Creating records exactly once, many by one call, by Odoo's own import.

``load`` gives each record an external id, which the database takes once; what has it
already is left as it is (mode *update*, *noupdate*). So a call that is made again, even
while the first one still runs over there, creates nothing twice. A call is one
transaction: where one record is refused, nothing is written, and it says which one.
"""

from bisect import bisect_right

from odoo.addons.synkd_connector.lib.documents import VOID
from odoo.addons.synkd_connector_http.lib import problems
from odoo.addons.synkd_connector_http.lib.problems import ApiError

MODULE = "__synkd__"
ONCE = {"mode": "update", "noupdate": True}
# So many rows go by one call: a document of 500 lines is 500.
MOST_ROWS = 1500


def xmlid(key):
    """Return the external id of a record of ours.

    :rtype: str
    """
    return f"{MODULE}.{key}"


def load(client, model, names, rows_by_key, context=None):
    """Write records by as few calls as can be; the refused ones stop no other.

    :param OdooClient client: talks.
    :param list names: of the columns.
    :param dict rows_by_key: rows of each record, the first one begins it.
    :param dict context: ONCE to create; None to change.
    :return: ids over there, and words about those that were refused, by key.
    :rtype: tuple[dict, dict]
    """
    ids, refused = {}, {}
    for keys in _parts(rows_by_key):
        _load_part(client, model, names, keys, rows_by_key, context, ids, refused)
    return ids, refused


def _parts(rows_by_key):
    """Yield lists of keys whose rows go by one call."""
    part, count = [], 0
    for key, rows in rows_by_key.items():
        if part and count + len(rows) > MOST_ROWS:
            yield part
            part, count = [], 0
        part.append(key)
        count += len(rows)
    if part:
        yield part


def _load_part(client, model, names, keys, rows_by_key, context, ids, refused):
    """Write some records; again without those that were refused, until it is done."""
    while keys:
        starts, data = [], []
        for key in keys:
            starts.append(len(data))
            data += rows_by_key[key]
        answer = client.call(model, "load", context=context, fields=names, data=data)
        made = answer.get("ids") or []
        if len(made) == len(keys):
            ids |= dict(zip(keys, made, strict=True))
            return
        bad = _find_refused(answer.get("messages") or [], starts)
        if not bad and len(keys) > 1:
            for half in (keys[: len(keys) // 2], keys[len(keys) // 2 :]):
                _load_part(
                    client, model, names, half, rows_by_key, context, ids, refused
                )
            return
        bad = bad or {0: ""}
        refused |= {keys[place]: words for place, words in bad.items()}
        keys = [key for place, key in enumerate(keys) if place not in bad]


def _find_refused(messages, starts):
    """Return what is said about records, by their place.

    :param list starts: the first row of each record.
    :rtype: dict[int, str]
    """
    found = {}
    for message in messages:
        row = (message.get("rows") or {}).get("from")
        if message.get("type") == "error" and isinstance(row, int):
            place = bisect_right(starts, row) - 1
            found.setdefault(place, str(message.get("message") or ""))
    return found


def find_keys(client, model, keys):
    """Return the ids of records by our keys, those that are there.

    By the table of external ids, for whose right administrators may let the user of
    the key read it; else one by one, which everybody may.

    :param keys: without the module.
    :rtype: dict[str, int]
    """
    keys = [key for key in keys if key]
    if not keys:
        return {}
    try:
        found = client.call(
            "ir.model.data",
            "search_read",
            domain=[
                ("module", "=", MODULE),
                ("name", "in", keys),
                ("model", "=", model),
            ],
            fields=["name", "res_id"],
        )
    except ApiError as error:
        if error.problem != problems.SCOPE:
            raise
        pairs = ((key, _find_key(client, model, key)) for key in keys)
        return {key: id_ for key, id_ in pairs if id_}
    return {each["name"]: each["res_id"] for each in found}


def _find_key(client, model, key):
    try:
        kind, id_ = client.call(
            "ir.model.data",
            "check_object_reference",
            context={"active_test": False},
            module=MODULE,
            xml_id=key,
        )
    except ApiError as error:
        if error.problem != problems.NOT_FOUND:
            raise
        return None
    return id_ if kind == model else None


def find_members(client, model, members, names, is_sure=False):
    """Return the records of members, by the ids that were kept, then by our keys.

    :param names: of the fields to read.
    :param bool is_sure: an id counts only where the record has our key: a database that
        was restored from a copy may have given it to another one since.
    :rtype: dict[int, dict]
    """
    kept = {m.res_id: _number(m.external_id) for m in members}
    kept = {res_id: id_ for res_id, id_ in kept.items() if id_}
    records = client.read_ids(model, set(kept.values()), names)
    ids = {res_id: id_ for res_id, id_ in kept.items() if id_ in records}
    if is_sure:
        ours = read_keys(client, model, set(ids.values()))
        keys = {member.res_id: member.own_key for member in members}
        ids = {key: id_ for key, id_ in ids.items() if keys[key] in ours[id_]}
    lost = {m.own_key: m.res_id for m in members if m.res_id not in ids}
    by_key = find_keys(client, model, lost)
    records |= client.read_ids(model, set(by_key.values()) - set(records), names)
    ids |= {lost[key]: id_ for key, id_ in by_key.items()}
    return {res_id: records[id_] for res_id, id_ in ids.items() if id_ in records}


def read_keys(client, model, ids):
    """Return the external ids of ours that records have, by one call: everybody may.

    :rtype: dict[int, set[str]]
    """
    found = client.call(model, "get_metadata", sorted(ids)) if ids else ()
    return {each["id"]: set(_name_keys(each)) for each in found}


def _name_keys(told):
    """Yield the keys of ours among the external ids of a record."""
    # Before Odoo 15, one of them is told.
    for each in told.get("xmlids") or [told]:
        module, _dot, name = str(each.get("xmlid") or "").partition(".")
        if module == MODULE:
            yield name


def forget_drafts(pusher, model, found):
    """Delete what was created and never posted, and forget it.

    What is there as a draft may have been corrected here since, and a void that came
    half its way is gone on with. Nobody else has a record with our key; one that was
    posted before is no draft of ours any more, and stays.

    :param Sending pusher: of the batch that is asked about.
    :param dict found: records by member; the deleted ones are taken out.
    :return: words about those that cannot be deleted, by member.
    :rtype: dict[int, str]
    """
    posting = (m.res_id for m in pusher.batch.members if m.payload["operation"] != VOID)
    drafts = {
        found[key]["id"]: key
        for key in posting
        if key in found and is_unfinished(found[key])
    }
    refused = pusher._each(model, "unlink", drafts)
    for id_ in drafts.keys() - refused.keys():
        del found[drafts[id_]]
    return {drafts[id_]: words for id_, words in refused.items()}


def is_unfinished(record):
    """Whether a record is a draft that was never posted: a call came half its way.

    :rtype: bool
    """
    return record["state"] == "draft" and not record.get("posted_before")


def _number(identity):
    """Return the id in an identity, behind its kind; 0 for none."""
    digits = identity.lstrip("P")
    return int(digits) if digits.isdigit() else 0
