# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector over HTTP needs; it names no accounting system and no model.

From the socket up: session (who may be talked to, and for how long), wire (one call,
within bounds), body (JSON), client (a login on each call), oauth (how to get one).
"""

from . import address, body, client, oauth, problems, session, shapes, wire
