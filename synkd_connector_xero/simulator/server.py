# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator as an HTTP server on the loopback."""

import json
import os
import socket
import sys
import threading
import traceback
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import api, journal
from .control import Control
from .errors import Dropped, Refused, not_found
from .faults import ANSWER
from .message import Answer, Request
from .routing import PREFIX
from .state import World

LOOPBACK = "127.0.0.1"
CONTROL = "/__control__/"
# Names a file that gets a line of JSON per request, of all simulators on a machine.
LOG_VARIABLE = "SYNKD_XERO_LOG"


class Simulator:
    """A simulated Xero, to be used as a context manager.

    ::

        with Simulator() as xero:
            xero.url                       # http://127.0.0.1:<free port>
            xero.control.add_fault("lost_after", method="PUT", path="/Invoices")
    """

    def __init__(self, port=0, scale=1.0, start=None, log=None):
        """Make a world; the port is open from here on.

        :param port: 0 for a free one.
        :param scale: simulated seconds per real second.
        :param start: aware datetime at which its clock starts; default: now.
        :param log: path of a file that gets a line of JSON per request; default: what
            the variable SYNKD_XERO_LOG names.
        """
        self.world = World(scale, start)
        self.control = Control(self.world)
        self.log_path = log or os.environ.get(LOG_VARIABLE)
        self.server = Server((LOOPBACK, port), Handler)
        self.server.simulator = self
        self.url = f"http://{LOOPBACK}:{self.server.server_port}"
        self._thread = None

    def __enter__(self):
        """Serve in a thread."""
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self._thread.daemon = True
        self._thread.start()
        return self

    def __exit__(self, *_exc):
        """Let held calls go, stop and close."""
        self.world.faults.clear()
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    def respond(self, request):
        """Answer a request.

        :raises Dropped: when the connection is to be closed without an answer.
        """
        world = self.world
        struck = world.faults.striking(request.method, request.path)
        try:
            if request.path.startswith(PREFIX):
                answer = api.handle(world, request, struck)
            else:
                answer = self._identity(request, struck)
        except Refused as error:
            answer = Answer.refused(error)
        except (AttributeError, KeyError, TypeError, IndexError, ValueError):
            # A body of the wrong shape, or a fault of the simulator: both are told.
            sys.stderr.write(traceback.format_exc())
            answer = Answer.json({"Type": None, "Title": "Internal Server Error"}, 500)
        answer.struck = {kind: struck[kind] for kind in ANSWER if kind in struck}
        return answer

    def _identity(self, request, struck):
        """Answer what is not the Accounting API: consent, tokens, connections."""
        identity = self.world.identity
        api.gate(self.world, struck)
        if "500" in struck:
            raise Refused(500, {"error": "server_error"})
        calls = {
            ("GET", "authorize"): identity.authorize,
            ("POST", "authorize"): identity.authorize,
            ("POST", "token"): identity.token,
            ("POST", "revocation"): identity.revoke,
        }
        head, _slash, name = request.path.rpartition("/")
        with self.world.lock:
            if request.path.lower().split("/")[1] == "connections":
                return identity.connections_call(request)
            call = calls.get((request.method, name))
            if not call or head not in ("/identity/connect", "/connect"):
                raise not_found()
            return call(request)


class Server(ThreadingHTTPServer):
    """A threading server that is quiet about clients that hang up."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """Say nothing about a broken connection; tell all else on stderr."""
        if isinstance(sys.exc_info()[1], OSError):
            return None
        return super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Reads a request from the socket and writes the answer."""

    protocol_version = "HTTP/1.1"
    server_version = "XeroSimulator"
    timeout = 60
    # Headers and body in one packet, or each answer waits for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def _handle(self):
        request = self._read()
        simulator = self.server.simulator
        if request.path.startswith(CONTROL):
            self._send(self._control(request))
            return
        try:
            answer = simulator.respond(request)
        except Dropped:
            answer = None
        lost = answer is None or "lost_after" in answer.struck
        journal.note(simulator, request, answer, lost)
        if lost:
            self._hang_up()
        else:
            self._send(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _handle

    def _read(self):
        length = int(self.headers.get("Content-Length") or 0)
        headers = {key.lower(): value for key, value in self.headers.items()}
        return Request(self.command, self.path, headers, self.rfile.read(length))

    def _control(self, request):
        name = request.path[len(CONTROL) :]
        try:
            given = json.loads(request.body or b"{}")
            return Answer.json(self.server.simulator.control.call(name, given))
        except (KeyError, TypeError, ValueError) as error:
            return Answer.json({"error": f"{type(error).__name__}: {error}"}, 400)

    def _send(self, answer):
        struck = getattr(answer, "struck", {})
        body = answer.body
        if "wrong_json" in struck:
            body = b'{"Id": "broken", "Status": OK'
        self.send_response_only(answer.status)
        self.send_header("Server", self.server_version)
        self.send_header("Date", self._date(struck))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if answer.status in (204, 304):
            return
        if "truncated" in struck:
            self.wfile.write(body[: len(body) // 2])
            self._hang_up()
        else:
            self.wfile.write(body)

    def _date(self, struck):
        skew = struck["clock_skew"].seconds if "clock_skew" in struck else 0
        clock = self.server.simulator.world.clock
        return formatdate(clock.timestamp() + skew, usegmt=True)

    def _hang_up(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format, *args):
        """Keep quiet: the request log is `journal`."""
