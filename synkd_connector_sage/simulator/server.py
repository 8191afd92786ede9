# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Sage does with calls, as far as it is known."""

import base64
import re
from contextlib import suppress

from odoo.addons.synkd_connector_http.simulator import (
    Answer,
    Call,
    Control,
    Life,
    Refused,
    Routes,
)
from odoo.addons.synkd_connector_http.simulator import (
    Simulator as KitSimulator,
)

from . import rules
from .world import COMPANY, TABLES, Books

PAGE = 100
# Services without a call to delete, and those without one to save.
UNDELETABLE = ("TaxInvoice", "CustomerReturn", "Currency", "TaxType")
UNSAVED = ("Currency", "TaxType")
NUMERIC = re.compile(r"\s*(\w+) eq (\d+)\s*")
TEXT = re.compile(r"\s*(\w+) eq '((?:[^']|'')*)'\s*")


def missing():
    """Return the refusal of what is not there."""
    return Refused(404, {"Message": "No record was found."})


ROUTES = Routes("/api/2.0.0", missing)


class SageLife(Life):
    """How Sage fails."""

    def denied(self):
        """Override: user or password is not right."""
        return Refused(401, {"Message": "Invalid username or password."})

    def paused(self):
        """Override: a page for people."""
        return Refused(503, "<html><body>Scheduled maintenance</body></html>")

    def broken(self):
        """Override: a text."""
        return Refused(500, '"An error has occurred."')


class SageControl(Control):
    """What the bookkeeper does there."""

    def records(self, table):
        """Return the records of a table as they are answered, oldest first."""
        kept = self.world.tables[table].values()
        return [self.world.shown(table, record) for record in kept]

    def add(self, table, **fields):
        """Add a record; return it."""
        return rules.save(self.world, table, fields)

    def edit(self, table, id_, **fields):
        """Give a record these values."""
        known = self.world.tables[table][int(id_)]
        kept = {k: v for k, v in known.items() if k[0] != "_"}
        return rules.save(self.world, table, {**kept, **fields}, int(id_))

    def spoil(self, table, id_, **fields):
        """Give a record values that no rule would let pass."""
        self.world.tables[table][int(id_)].update(fields)
        return {}

    def remove(self, table, id_):
        """Delete a record, whatever hangs on it."""
        del self.world.tables[table][int(id_)]
        return {}

    def id_of(self, name):
        """Return the ID of what has a name or code."""
        return self.world.id_of(name)


class Simulator(KitSimulator):
    """Simulated books of Sage Accounting South Africa."""

    world_class, control_class, life = Books, SageControl, SageLife()
    log_variable = "SYNKD_SAGE_LOG"

    def handle(self, request, struck):
        """Answer a call that has a kind of content, a key, and a login."""
        world, options = self.world, self.world.options
        query = {name.lower(): value for name, value in request.query.items()}
        if not request.header("content-type"):
            raise Refused(415, {"Message": "The content type is not supported."})
        if query.get("apikey") != "{%s}" % options["key"]:
            raise Refused(403, {"Message": "The API key is not valid."})
        world.limits.check_login()
        both = f"{options['user']}:{options['password']}".encode()
        expected = f"Basic {base64.b64encode(both).decode()}"
        if request.header("authorization") != expected or "401" in struck:
            raise world.limits.refuse_login()
        if options["expired"]:
            raise Refused(402, {"Message": "Your registration has expired."})
        function, parts, _areas = ROUTES.find(request.method, request.path)
        table = parts[0]
        if table not in (*TABLES, "Company"):
            raise missing()
        if table != "Company" and query.get("companyid") != str(COMPANY):
            raise missing()
        call = Call(world, request, query.get("companyid", ""))
        return self.life.run(call, function, parts, struck)


@ROUTES.add("GET", "/{table}/Get")
def read(call, table):
    """List records by ID, a hundred at most."""
    world, query = call.world, call.query
    if table == "Company":
        records = list(_companies(world))
    else:
        hidden = world.clock.timestamp() - world.options["visible_after"]
        kept = sorted(world.tables[table].values(), key=lambda record: record["ID"])
        records = [r for r in kept if r["_at"] <= hidden or table not in _SLOW]
    if query.get("$filter"):
        records = [world.shown(table, record) for record in records]
        records = _filtered(world, records, query["$filter"])
    skip = int(query.get("$skip") or 0)
    found = records[skip : skip + min(int(query.get("$top") or PAGE), PAGE)]
    # Each page is worked out by itself, so that long lists can be read.
    found = [world.shown(table, record) for record in found]
    return {
        "TotalResults": len(records),
        "ReturnedResults": len(found),
        "Results": found,
    }


_SLOW = ("Customer", "TaxInvoice", "CustomerReturn", "CustomerReceipt", "Allocation")


def _companies(world):
    """Yield the companies that the login sees."""
    codes = world.tables["Currency"].values()
    currency = next(c["ID"] for c in codes if c["Code"] == world.options["currency"])
    for number in range(world.options["companies"]):
        name = f"Marula Trading {number}".replace(" 0", "")
        locked = world.options["locked_until"]
        yield {
            "ID": COMPANY + number,
            "Name": name,
            "HomeCurrencyId": currency,
            "LockProcessing": bool(locked),
            "LockProcessingDate": f"{locked or '0001-01-01'}T00:00:00",
        }


def _filtered(world, records, text):
    """Return what a filter finds: numbers for sure, texts as the option says."""
    terms = [NUMERIC.fullmatch(term) for term in text.split(" or ")]
    if all(terms):
        wanted = {(term[1], int(term[2])) for term in terms}
        return [r for r in records if any((n, r.get(n)) in wanted for n, _v in wanted)]
    how = world.options["text_filter"]
    if how == "refused":
        raise world.refuse("The filter is not supported.")
    match = TEXT.fullmatch(text)
    if how == "wrong" or not match:
        return records
    return [r for r in records if r.get(match[1]) == match[2].replace("''", "'")]


@ROUTES.add("GET", "/{table}/Get/{id}")
def one(call, table, id_):
    """Show a record of this company."""
    return call.world.shown(table, _find(call, table, id_))


@ROUTES.add("POST", "/{table}/Save")
def save(call, table):
    """Create or change: the whole record comes back."""
    _check_may_write(call, table, UNSAVED)
    given = _with_integers(call.request.json())
    id_ = given.get("ID") or None
    if id_:
        _find(call, table, id_)
    record = rules.save(call.world, table, given, id_)
    return Answer.json(call.world.shown(table, record), 200 if id_ else 201)


@ROUTES.add("POST", "/{table}/Calculate")
def calculate(call, table):
    """Work a document out, and keep nothing."""
    given = _with_integers(call.request.json())
    return rules.RULES[table](call.world, given, None)


@ROUTES.add("DELETE", "/{table}/Delete/{id}")
def delete(call, table, id_):
    """Remove a record."""
    _check_may_write(call, table, UNDELETABLE)
    record = _find(call, table, id_)
    rules.delete(call.world, table, record["ID"])
    return Answer(204)


def _check_may_write(call, table, without):
    if call.world.options["read_only"] or table in without:
        raise Refused(405, {"Message": "The method is not allowed."})


def _find(call, table, id_):
    with suppress(ValueError):
        if record := call.world.tables.get(table, {}).get(int(id_)):
            return record
    raise missing()


def _with_integers(value):
    """Return a body whose whole numbers that are identities are plain integers."""
    if isinstance(value, dict):
        return {
            k: int(v) if _is_identity(k, v) else _with_integers(v)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [_with_integers(each) for each in value]
    return value


def _is_identity(name, value):
    is_id = name in ("ID", "LineType") or name.endswith("Id")
    return is_id and value is not None and not isinstance(value, str)
