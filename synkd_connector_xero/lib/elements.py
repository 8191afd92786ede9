# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The elements of an answer: which were saved, what was said, which is whose."""

from collections import Counter

NO_ID = "00000000-0000-0000-0000-000000000000"


def is_true(value):
    """Whether a flag is set; some come as texts.

    :rtype: bool
    """
    return value is True or str(value).lower() == "true"


def find_errors(record):
    """Return the words about what is wrong, also in nested records.

    :param record: any part of an answer.
    :rtype: list[str]
    """
    found = []
    if isinstance(record, list):
        for each in record:
            found += find_errors(each)
    elif isinstance(record, dict):
        for name, value in record.items():
            is_list = name == "ValidationErrors"
            found += _texts(value) if is_list else find_errors(value)
    return list(dict.fromkeys(found))


def _texts(errors):
    """Return the texts of a list of errors; both spellings are in use."""
    texts = []
    for each in errors if isinstance(errors, list) else [errors or ""]:
        if isinstance(each, dict):
            texts.append(each.get("Message") or each.get("Description") or "")
        else:
            texts.append(str(each))
    return [" ".join(str(text).split()) for text in texts if text]


def is_refused(element):
    """Whether an element was not saved; a warning means that it was.

    :param dict element: one of an answer to a batch.
    :rtype: bool
    """
    return (
        element.get("StatusAttributeString") == "ERROR"
        or is_true(element.get("HasErrors"))
        or is_true(element.get("HasValidationErrors"))
        or bool(find_errors(element))
    )


def find_warnings(element):
    """Return what Xero says about an element that it saved.

    :rtype: str
    """
    return " ".join(_texts(element.get("Warnings")))


def find_words(body):
    """Return Xero's words about a refused call.

    :param dict body: of an answer 400.
    :rtype: str
    """
    errors = find_errors(body.get("Elements") or [])
    words = " ".join(errors) or body.get("Message") or body.get("Detail") or ""
    return " ".join(str(words).split())[:500]


def match(sent, answered, names):
    """Find the answered element of each that was sent.

    By the first of the names that both have, and that no other one was sent with; by
    place only where an element has no name at all and both lists are equally long,
    since no order is promised.

    :param list sent: elements as they were sent.
    :param list answered: elements as they came back.
    :param tuple names: identifying fields, such as ContactID and ContactNumber.
    :return: for each that was sent, its answer, or None.
    :rtype: list
    """
    counts = Counter(key for each in sent for key in _keys(each, names))
    by_name = {}
    for element in answered:
        for key in _keys(element, names):
            if counts[key] <= 1:
                by_name.setdefault(key, element)
    found = [_find(each, by_name, names) for each in sent]
    if len(sent) == len(answered):
        used = {id(each) for each in found if each is not None}
        for index, element in enumerate(answered):
            nameless = not any(_id_of(element, name) for name in names)
            if found[index] is None and nameless and id(element) not in used:
                found[index] = element
    return found


def _find(element, by_name, names):
    keys = _keys(element, names)
    return next((by_name[key] for key in keys if key in by_name), None)


def _keys(element, names):
    """Return the names that an element has."""
    keys = [(name, _id_of(element, name)) for name in names]
    return [(name, value) for name, value in keys if value]


def _id_of(element, name):
    value = str(element.get(name) or "").lower()
    return "" if value == NO_ID else value
