# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The two files of the demo books: what they import, and the report about it.

The first has a record of JSON on each line; the report is a table for spreadsheets.
"""

import csv
import io
import json

REPORT_COLUMNS = (
    "key",
    "number",
    "identity",
    "date",
    "total",
    "tax",
    "status",
    "reason",
)
IMPORTED, REFUSED, LEFT_OUT = "imported", "refused", "left out"
STATUSES = (IMPORTED, REFUSED, LEFT_OUT)


def write_import(channel, members):
    """Return a file that the demo books import; the same members give the same bytes.

    :param str channel: of the batch.
    :param tuple members: ``Member``.
    :rtype: bytes
    """
    records = (
        {
            "channel": channel,
            "key": member.own_key,
            "identity": member.external_id,
            "data": member.payload,
        }
        for member in members
    )
    lines = (json.dumps(record, sort_keys=True) for record in records)
    return "".join(f"{line}\n" for line in lines).encode()


def read_import(content):
    """Return the records of a file that the demo books import.

    :param bytes content: whatever it is.
    :return: channel of the records, and dicts with key, identity and data.
    :rtype: tuple[str, list[dict]]
    :raise ValueError: when it is no such file.
    """
    records = [json.loads(line) for line in content.decode().splitlines() if line]
    for record in records:
        texts = ("channel", "key", "identity")
        if not (
            isinstance(record, dict)
            and isinstance(record.get("data"), dict)
            and all(isinstance(record.get(name), str) for name in texts)
        ):
            raise ValueError("Each line has a channel, a key, an identity and data")
    channels = {record["channel"] for record in records}
    if len(channels) != 1:
        raise ValueError("The records of a file are of one channel")
    return channels.pop(), records


def write_report(rows):
    """Return the report about what was imported.

    :param list rows: dicts with ``REPORT_COLUMNS``; others are left out.
    :rtype: bytes
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, REPORT_COLUMNS, extrasaction="ignore", restval="")
    writer.writerows([dict(zip(REPORT_COLUMNS, REPORT_COLUMNS, strict=True)), *rows])
    return text.getvalue().encode()


def read_report(content):
    """Return the rows of a report.

    :param bytes content: whatever it is.
    :rtype: list[dict]
    :raise ValueError: when it is no such report.
    """
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
    try:
        if not {"key", "number", "status"} <= set(reader.fieldnames or ()):
            raise ValueError("The columns key, number and status are missing")
        return [
            {name: (row.get(name) or "").strip() for name in REPORT_COLUMNS}
            for row in reader
        ]
    except csv.Error as error:
        raise ValueError(str(error)) from error
