# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What keeps a document out of the books on our side: plain records, no Odoo."""

from dataclasses import asdict, dataclass, field

# A departmental item that the books removed: the class has to name another one.
CLASS = "class"

NAME_LENGTH = 60
MOST_NAMED = 10
MOST_NEEDS = 20


@dataclass(frozen=True)
class Need:
    """Something of ours that names nothing in the books yet.

    :param str kind: a kind of lib.documents, or ``CLASS``.
    :param str key: its technical key, see ``synkd.mapping``; the product's id for an
        item, the product class's id for ``CLASS``.
    :param str label: its name, as people know it.
    """

    kind: str
    key: str
    label: str = ""

    def as_dict(self):
        """Return the record as a plain dict, fit for JSON.

        :rtype: dict
        """
        return asdict(self)


@dataclass(frozen=True)
class Obstacles:
    """Why a document cannot be posted; empty (and false) when nothing is in the way.

    :param tuple invalid: names of lines that cannot be posted, ten at most.
    :param int more: how many invalid lines are not named.
    :param tuple unmapped: ``Need``, without doubles, twenty at most.
    :param str rateless: a foreign currency that no rate is known of, or "".
    """

    invalid: tuple = ()
    more: int = 0
    unmapped: tuple = ()
    rateless: str = ""

    def __bool__(self):
        return bool(self.invalid or self.unmapped or self.rateless)

    def as_dict(self):
        """Return the record as plain data, fit for JSON.

        :rtype: dict
        """
        return {
            "invalid": list(self.invalid),
            "more": self.more,
            "unmapped": [need.as_dict() for need in self.unmapped],
            "rateless": self.rateless,
        }


@dataclass(frozen=True)
class Posting:
    """How one line is posted: codes of the books, and what is missing.

    :param str item: code of the item, or "".
    :param str account: code of the account, or "".
    :param bool invalid: its product class does not post it, or it has none.
    :param tuple needs: ``Need``; empty when the line can be sent.
    """

    item: str = ""
    account: str = ""
    tax_code: str = ""
    invalid: bool = False
    needs: tuple = ()


@dataclass
class LineAnswers:
    """How the lines of some documents are posted, and what is in the way of them.

    :param dict obstacles: id of a document -> its ``Obstacles``.
    :param dict postings: id of a document's line -> ``Posting``.
    """

    obstacles: dict = field(default_factory=dict)
    postings: dict = field(default_factory=dict)


def shorten(name, length=NAME_LENGTH):
    """Return a text on one line, cut where it gets too long.

    :rtype: str
    """
    text = " ".join((name or "").split())
    return text if len(text) <= length else f"{text[: length - 1]}…"


def gather(names, needs, rateless=""):
    """Return the obstacles of one document.

    :param list names: names of all its invalid lines.
    :param list needs: ``Need``, doubles allowed.
    :param str rateless: see ``Obstacles``.
    :rtype: Obstacles
    """
    return Obstacles(
        invalid=tuple(shorten(name) for name in names[:MOST_NAMED]),
        more=max(len(names) - MOST_NAMED, 0),
        unmapped=tuple(dict.fromkeys(needs))[:MOST_NEEDS],
        rateless=rateless,
    )
