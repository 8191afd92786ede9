# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Xero's contract, short: `make contract SPEC="accounting.yaml identity.yaml"`.

Xero publishes its interfaces as OpenAPI. Out of these files, which are not kept here,
comes `synkd_connector_xero/simulator/contract.json`: for each call that the simulator
answers, what may be asked, sent and answered. Names, types, lengths and enumerations
only; how they are written is told in `simulator/contract.py`.
"""

import json
import re
import sys
from pathlib import Path

from . import paths
from .say import info

TARGET = paths.ROOT / "synkd_connector_xero" / "simulator" / "contract.json"
RESOURCES = (
    *("Contacts", "ContactGroups", "Invoices", "CreditNotes", "Payments"),
    *("Overpayments", "Prepayments", "BankTransactions", "Accounts", "TaxRates"),
    *("Currencies", "Items", "BrandingThemes", "TrackingCategories", "Organisation"),
    "Connections",
)
METHODS = ("get", "put", "post", "delete")
LEFT_OUT = re.compile("/(Attachments|Actions|CISSettings|Options|Reports)")
JSON_KIND = "application/json"
SIMPLE = {"x-is-msdate": "date", "x-is-msdate-time": "moment"}


def main(files):
    """Write contract.json out of the published files."""
    import yaml  # of the lint tools, whose environment runs this

    if not files:
        sys.exit('Name the files: make contract SPEC="accounting.yaml identity.yaml"')
    found = {"version": "", "calls": {}, "schemas": {}}
    for name in files:
        spec = yaml.load(Path(name).read_text(), Loader=yaml.CSafeLoader)
        Condenser(spec).add_to(found)
    TARGET.write_text(json.dumps(found, indent=4, sort_keys=True) + "\n")
    info(f"Wrote {TARGET.relative_to(paths.ROOT)}: {len(found['calls'])} calls")


class Condenser:
    """One published file."""

    def __init__(self, spec):
        self.spec, self.wanted = spec, set()

    def add_to(self, found):
        """Add the calls of our resources, and the schemas that they use."""
        found["version"] = found["version"] or self.spec["info"]["version"]
        for path, item in self.spec["paths"].items():
            if path.split("/")[1] not in RESOURCES or LEFT_OUT.search(path):
                continue
            for method in METHODS:
                if method in item:
                    key = f"{method.upper()} {path}"
                    found["calls"][key] = self.call(item, item[method])
        while missing := self.wanted - set(found["schemas"]):
            for name in missing:
                found["schemas"][name] = self.schema(name)

    def call(self, item, operation):
        """Return what one call takes and answers."""
        given = item.get("parameters", []) + operation.get("parameters", [])
        told = [self.follow(parameter) for parameter in given]
        sides = {
            side: {p["name"]: self.kind(p["schema"]) for p in told if p["in"] == side}
            for side in ("query", "path", "header")
        }
        body = self.follow(operation.get("requestBody") or {})
        answer = self.follow(operation["responses"].get("200") or {})
        sides["body"] = self.content(body)
        sides["answer"] = self.content(answer)
        return {side: value for side, value in sides.items() if value}

    def content(self, part):
        """Return the kind of a body of JSON, or None."""
        found = (part.get("content") or {}).get(JSON_KIND)
        return self.kind(found["schema"]) if found else None

    def follow(self, part):
        """Return what a reference leads to."""
        while "$ref" in part:
            place = self.spec
            for name in part["$ref"].split("/")[1:]:
                place = place[name]
            part = place
        return part

    def schema(self, name):
        """Return a named schema: its fields, or its kind when it has none."""
        schema = self.spec["components"]["schemas"][name]
        if "properties" not in schema:
            return self.kind(schema)
        found = {key: self.kind(each) for key, each in schema["properties"].items()}
        needed = schema.get("required") or []
        return {f"{key}*" if key in needed else key: k for key, k in found.items()}

    def kind(self, schema):
        """Return the kind of a value as one text."""
        told = "readonly " if schema.get("readOnly") else ""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            self.wanted.add(name)
            return f"{told}#{name}"
        if "enum" in schema:
            return told + "enum " + "|".join(str(each) for each in schema["enum"])
        kind = schema.get("type", "any")
        if kind == "array":
            return f"{told}[{self.kind(schema.get('items') or {})}]"
        for mark, name in SIMPLE.items():
            kind = name if schema.get(mark) else kind
        if schema.get("format") == "uuid":
            kind = "uuid"
        if "maxLength" in schema:
            kind = f"{kind} {schema['maxLength']}"
        return told + kind


if __name__ == "__main__":
    main(sys.argv[1:])
