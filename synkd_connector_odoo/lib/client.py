# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls of methods in another Odoo: JSON-2 from Odoo 19 on, XML-RPC before."""

import xmlrpc.client
from xml.parsers.expat import ExpatError

from odoo.addons.synkd_connector.lib.odd import printable
from odoo.addons.synkd_connector_http.lib import body, problems, wire
from odoo.addons.synkd_connector_http.lib.client import MOST_WORDS, HttpClient
from odoo.addons.synkd_connector_http.lib.problems import ApiError

# The first series that is known, and the first that speaks JSON-2.
FIRST_SERIES, JSON_SERIES = 14, 19
# What is read, and may be asked again when a connection broke.
READS = frozenset(
    ("search_read", "read", "search", "formatted_read_group")
    + ("check_object_reference", "get_metadata", "fields_get")
)
# Kinds of faults of XML-RPC, see ``odoo/addons/rpc``.
FAULTS = {2: problems.REFUSED, 3: problems.KEY, 4: problems.SCOPE}
# The method did its work, and its empty result has no word in XML-RPC.
NO_RESULT = "cannot marshal None"
UNKNOWN_ID = "External ID not found"
# How the library fails with what is no answer of XML-RPC.
BROKEN_XML = (
    *(ExpatError, xmlrpc.client.Error, ArithmeticError, LookupError),
    *(TypeError, ValueError),
)
# Records of one answer, which is refused when it is too long.
PAGE_SIZE = 1000
# Series, user of XML-RPC, and company, by place: what changes is asked anew with the
# question which books these are.
_KNOWN = {}


class OdooClient(HttpClient):
    """Talks to one database; what it reads and writes is in the modules beside it."""

    def __init__(self, base_url, get_token, database, login):
        """Prepare calls.

        :param str database: name of the other database.
        :param str login: of the user whose API key is used; XML-RPC asks for it.
        """
        super().__init__(base_url, get_token)
        self.database, self.login = database, login
        self._countries = None

    # === WHO IS THERE === #

    @property
    def series(self):
        """Return the main version of the other Odoo, such as 19.

        :rtype: int
        :raise ApiError: when nobody tells.
        """
        return self._know("series", self._ask_series)

    @property
    def speaks_json(self):
        """Whether calls go by JSON-2.

        :rtype: bool
        """
        return self.series >= JSON_SERIES

    def _know(self, what, ask):
        key = self._place(what)
        if key not in _KNOWN:
            _KNOWN[key] = ask()
        return _KNOWN[key]

    def _place(self, what):
        return self.base_url, self.database, self.login, what

    def _ask_series(self):
        """Ask by the address that Odoo has from 19 on, then by XML-RPC."""
        found = self.find("/web/version")
        if found is None:
            found = self._remote("common", "version", ())
        told = found.get("version_info") or found.get("server_version_info") or [""]
        # An online one is called after its kind: saas~18.
        digits = str(told[0]).rpartition("~")[2]
        if not digits.isdigit():
            raise ApiError(problems.ADDRESS, "no Odoo")
        if int(digits) < FIRST_SERIES:
            raise ApiError(problems.ADDRESS, f"Odoo {digits}")
        return int(digits)

    @property
    def company(self):
        """Return the id of the company that keeps these books.

        :rtype: int
        :raise ApiError: when nobody tells.
        """
        return self._know("company", self.ask_company)

    def ask_company(self):
        """Ask which company the user works for, and go by that from now on.

        :rtype: int
        :raise ApiError: when there is no such user.
        """
        domain = [("login", "=", self.login)]
        users = self.read_records("res.users", domain, ["company_id"])
        if not users:
            raise ApiError(problems.KEY)
        _KNOWN[self._place("company")] = users[0]["company_id"][0]
        return self.company

    def _ask_user(self):
        key = self.get_token("")
        args = (self.database, self.login, key, {})
        user = self._remote("common", "authenticate", args)
        if not user:
            raise ApiError(problems.KEY)
        return user

    # === ONE CALL === #

    def call(self, model, method, ids=(), context=None, **values):
        """Call a public method.

        :param str model: such as ``res.partner``.
        :param ids: of the records that it is called on; () for the model itself.
        :param dict context: for this call.
        :param values: arguments, by name.
        :return: what the method returns, as the wire has it; None for nothing.
        :raise ApiError: when it failed.
        """
        context, ids = context or {}, list(ids)
        if model != "res.users":
            # A user may see several companies; only one keeps these books.
            context = {"allowed_company_ids": [self.company], **context}
        repeatable = method in READS
        if not repeatable:
            self._check_read()
        if self.speaks_json:
            content = {**values, "context": context}
            content |= {"ids": ids} if ids else {}
            return self._post_json(f"/json/2/{model}/{method}", content, repeatable)
        user = self._know("user", self._ask_user)
        args = (self.database, user, self.get_token(""), model, method)
        args += (([ids] if ids else []), {**values, "context": context})
        return self._remote("object", "execute_kw", args, repeatable)

    def _post_json(self, path, content, repeatable):
        headers = {"Content-Type": "application/json"}
        return self._call(
            "POST",
            self._url(path),
            headers=headers,
            data=body.write_json(content),
            repeatable=repeatable,
        )

    def _headers(self):
        """Override: a server may have several databases."""
        return {**super()._headers(), "X-Odoo-Database": self.database}

    def _to_error(self, reply):
        """Override: an Odoo says what kind of error it was."""
        told = body.read_dict(reply)
        name = str(told.get("name") or "")
        if reply.status == 401:
            return ApiError(problems.KEY)
        if reply.status in (403, 404, 409, 422) and name.startswith("odoo."):
            problem = problems.SCOPE if reply.status == 403 else problems.REFUSED
            return ApiError(problem, self._words(reply))
        if reply.status == 404 and name:
            return ApiError(problems.REFUSED, self._words(reply))
        if reply.status == 500 and UNKNOWN_ID in str(told.get("message")):
            return ApiError(problems.NOT_FOUND, UNKNOWN_ID)
        return super()._to_error(reply)

    def _is_hopeless(self, reply):
        """Override: a key is not renewed."""
        return True

    def _secrets(self):
        """Override: the key, which XML-RPC has among the arguments of each call."""
        return list(filter(None, [self.get_token("")]))

    # === XML-RPC === #

    def _remote(self, service, method, args, repeatable=True):
        """Call by XML-RPC, within the same bounds as all calls.

        :raise ApiError: when it failed.
        """
        self.calls += 1
        reply = wire.send(
            self.session,
            "POST",
            self._url(f"/xmlrpc/2/{service}"),
            repeatable,
            data=xmlrpc.client.dumps(tuple(args), method).encode(),
            headers={**self._headers(), "Content-Type": "text/xml"},
        )
        if reply.status not in wire.DONE:
            raise self._to_error(reply)
        return self._read_xml(reply)

    def _read_xml(self, reply):
        """Return what an answer of XML-RPC says.

        :raise ApiError: a fault, or no answer of XML-RPC.
        """
        try:
            ((result,), _method) = xmlrpc.client.loads(reply.content)
        except xmlrpc.client.Fault as fault:
            return self._read_fault(fault)
        except BROKEN_XML as error:
            is_page = b"<html" in reply.content[:500].lower()
            problem = problems.PAGE if is_page else problems.UNREADABLE
            raise ApiError(problem) from error
        if body.is_deep(result):
            raise ApiError(problems.UNREADABLE)
        return result

    def _read_fault(self, fault):
        """Return None for what was done, and nothing came of it.

        :raise ApiError: whatever else went wrong.
        """
        said = self._hide(str(fault.faultString)).strip()
        last = said.rpartition("\n")[2]
        if NO_RESULT in last:
            return
        if UNKNOWN_ID in last:
            raise ApiError(problems.NOT_FOUND, UNKNOWN_ID)
        code = fault.faultCode if isinstance(fault.faultCode, int) else 0
        problem = FAULTS.get(code, problems.SERVER)
        words = last.partition(":")[0] if problem == problems.SERVER else said
        raise ApiError(problem, printable(words)[:MOST_WORDS])

    # === WHAT MANY ASK FOR === #

    def read_records(self, model, domain, names, **values):
        """Return records, archived ones too.

        :param list domain: which.
        :param names: of their fields.
        :rtype: list[dict]
        """
        found = self.call(
            model,
            "search_read",
            context={"active_test": False},
            domain=domain,
            fields=list(names),
            **values,
        )
        if not isinstance(found, list) or not all(isinstance(r, dict) for r in found):
            raise ApiError(problems.UNREADABLE)
        return found

    def read_pages(self, model, domain, names, last=0):
        """Yield the records of a domain by their ids, page by page.

        :param int last: id of the last one that is known already.
        :rtype: Iterator[list[dict]]
        """
        is_last = False
        while not is_last:
            after = [*domain, ("id", ">", last)]
            found = self.read_records(model, after, names, order="id", limit=PAGE_SIZE)
            is_last = len(found) < PAGE_SIZE
            if not all(_is_behind(record, last) for record in found):
                # Who gives again what was read already would be read for ever.
                raise ApiError(problems.UNREADABLE)
            if found:
                last = found[-1]["id"]
                yield found

    def read_ids(self, model, ids, names):
        """Return the records of some ids that exist, by id.

        :rtype: dict[int, dict]
        """
        domain = [("id", "in", sorted(ids))]
        found = self.read_records(model, domain, names) if ids else []
        return {record["id"]: record for record in found}

    @property
    def countries(self):
        """Return the codes of the countries, by id.

        :rtype: dict[int, str]
        """
        if self._countries is None:
            found = self.read_records("res.country", [], ["code"])
            self._countries = {each["id"]: each["code"] or "" for each in found}
        return self._countries


def _is_behind(record, last):
    """Whether a record comes after the last one that is known, by its id."""
    return type(record.get("id")) is int and record["id"] > last
