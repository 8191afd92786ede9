# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every connector over HTTP needs; it names no accounting system and no model.

From the socket up: session (who may be talked to, and for how long), wire (one call,
within bounds), body (JSON), client (a login on each call), oauth (how to get one).
Above that, what connectors do with it: shapes (which records can be read), cursor (what
changed since), push (writing a batch), lost (what became of it), marks (our key behind
a text), places and dates, hooks (signed webhooks).
"""

from . import access, address, body, client, cursor, dates, lost, marks, oauth, places
from . import problems, push, session, shapes, webhooks, wire
