# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tests of how Xero's published files are condensed."""

import json

from scripts.dev import contract

SPEC = {
    "info": {"version": "9.9.9"},
    "paths": {
        "/Contacts/{ContactID}": {
            "parameters": [{"$ref": "#/components/parameters/tenant"}],
            "post": {
                "parameters": [
                    {"name": "ContactID", "in": "path", "schema": {"format": "uuid"}},
                    {"name": "page", "in": "query", "schema": {"type": "integer"}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Contact"}
                        }
                    }
                },
                "responses": {"200": {"description": "pdf"}},
            },
        },
        "/Contacts/{ContactID}/Attachments": {"get": {"responses": {}}},
        "/Quotes": {"get": {"responses": {}}},
    },
    "components": {
        "parameters": {
            "tenant": {
                "name": "xero-tenant-id",
                "in": "header",
                "schema": {"type": "string"},
            }
        },
        "schemas": {
            "Contact": {
                "required": ["Name"],
                "properties": {
                    "Name": {"type": "string", "maxLength": 255, "description": "no"},
                    "Phones": {
                        "type": "array",
                        "items": {"$ref": "#/components/schemas/Phone"},
                    },
                    "Updated": {
                        "type": "string",
                        "x-is-msdate-time": True,
                        "readOnly": True,
                    },
                    "Day": {"type": "string", "x-is-msdate": True},
                },
            },
            "Phone": {"enum": ["DDI", "FAX"]},
            "Unused": {"type": "string"},
        },
    },
}


def test_only_what_is_needed_of_a_published_file_is_kept():
    found = {"version": "", "calls": {}, "schemas": {}}
    contract.Condenser(SPEC).add_to(found)
    assert found == {
        "version": "9.9.9",
        "calls": {
            "POST /Contacts/{ContactID}": {
                "query": {"page": "integer"},
                "path": {"ContactID": "uuid"},
                "header": {"xero-tenant-id": "string"},
                "body": "#Contact",
            }
        },
        "schemas": {
            "Contact": {
                "Name*": "string 255",
                "Phones": "[#Phone]",
                "Updated": "readonly moment",
                "Day": "date",
            },
            "Phone": "enum DDI|FAX",
        },
    }


def test_what_is_kept_is_as_the_tool_writes_it():
    text = contract.TARGET.read_text()
    assert text == json.dumps(json.loads(text), indent=4, sort_keys=True) + "\n"
