# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A kit for simulators: books over real HTTP, with state, faults and limits.

A connector is tested against a simulator of its books: a server on the loopback that
keeps what it is told, and refuses what the books refuse. What all of them have in
common is here; a connector adds the rules of its books (see ``README.md``). It needs
nothing but Python, knows nothing of Odoo, and is part of no production: only tests,
benchmarks and demonstrations import it.
"""

from .clock import Clock
from .contract import Contract
from .control import Control, ControlClient
from .errors import Dropped, Refused
from .faults import Faults
from .idempotency import Keys
from .life import Call, Life
from .limits import Limits
from .message import Answer, Request
from .routing import Routes, one
from .server import Simulator
from .webhooks import Webhooks, signature
from .world import World
