# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Several elements in one write, each on its own feet."""

from . import wire
from .errors import Invalid, validation

NO_ID = "00000000-0000-0000-0000-000000000000"


def save(call, plural, key, store, flag="HasErrors"):
    """Save each element of the body and return the body of the answer.

    Without `summarizeErrors=false` one bad element makes it a 400 that shows only the
    bad ones, though the good ones are saved all the same. With it: always 200.

    :param store: function of one element to `(view, warnings)`; raises Invalid.
    :param flag: name of the field that says that an element failed, if there is one.
    :raises Refused: 400.
    """
    saved, failed = [], []
    for element in call.elements(plural):
        view = _saved(call, element, key, store, flag)
        saved.append(_marked(call, view, flag))
        if view["StatusAttributeString"] == "ERROR":
            failed.append(view)
    if failed and call.query.get("summarizeErrors", "").lower() != "false":
        raise validation(failed)
    if call.world.options["shuffle"]:
        saved.reverse()
    return {plural: saved}


def save_one(call, plural, key, store, element=None, flag="HasErrors"):
    """Save the single element of the body, or `element`.

    :raises Refused: 400, when it breaks a rule.
    """
    element = call.element(plural) if element is None else element
    view = _saved(call, element, key, store, flag)
    if view["StatusAttributeString"] == "ERROR":
        raise validation([view])
    return {plural: [view]}


def _saved(call, element, key, store, flag):
    unwanted = call.world.options["refuse"]
    try:
        if unwanted and unwanted in str(element):
            raise Invalid(f"Xero does not take {unwanted}")
        view, warnings = store(element)
    except Invalid as error:
        return _failed(call, element, key, error, flag)
    status = {"StatusAttributeString": "WARNING" if warnings else "OK"}
    if flag:
        status[flag] = False
    if warnings:
        status["Warnings"] = messages(call, warnings)
    return {**view, **status}


def _failed(call, element, key, error, flag):
    view = {key: NO_ID, **wire.plain(element)}
    if flag:
        view[flag] = True
    view["StatusAttributeString"] = "ERROR"
    view["ValidationErrors"] = messages(call, error.messages)
    for name, index in getattr(error, "nested", ()):
        view[name][index]["ValidationErrors"] = messages(call, error.messages)
    return view


def _marked(call, view, flag):
    """Return a failed element with only the signs of failure that are wanted."""
    marks = call.world.options["error_marks"]
    if view["StatusAttributeString"] != "ERROR":
        return view
    found = dict(view)
    if "status" not in marks:
        found["StatusAttributeString"] = "OK"
    if "flag" not in marks and flag:
        found[flag] = False
    if "errors" not in marks:
        found["ValidationErrors"] = []
    return found


def refused(call, error):
    """Return the 400 of a call that has no elements, such as a DELETE."""
    return validation([{"ValidationErrors": messages(call, error.messages)}])


def messages(call, texts):
    """Return texts as Xero lists them."""
    return [{call.world.options["error_text_key"]: text} for text in texts]
