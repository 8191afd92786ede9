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

from . import journal
from .control import Control
from .errors import Dropped, Refused
from .faults import ANSWER
from .life import Life
from .message import Answer, Request
from .world import World

LOOPBACK = "127.0.0.1"
CONTROL = "/__control__/"


class Simulator:
    """Simulated books, to be used as a context manager.

    ::

        with Simulator() as books:
            books.url                       # http://127.0.0.1:<free port>
            books.control.add_fault("lost_after", method="POST", path="/customers")

    An heir tells its world and its levers, and answers in ``handle``.
    """

    world_class, control_class = World, Control
    life = Life()
    # What the books publish about their interface; None: nothing is held against it.
    contract = None
    # Names a file that gets a line of JSON per request, of all simulators on a machine.
    log_variable = "SYNKD_SIMULATOR_LOG"
    # What programs call it.
    server_version = "Simulator"

    def __init__(self, port=0, scale=1.0, start=None, log=None):
        """Make a world; the port is open from here on.

        :param port: 0 for a free one.
        :param scale: simulated seconds per real second.
        :param start: aware datetime at which its clock starts; default: now.
        :param log: path of a file that gets a line of JSON per request; default: what
            the variable ``log_variable`` names.
        """
        self.world = self.world_class(scale, start)
        self.control = self.control_class(self.world)
        self.log_path = log or os.environ.get(self.log_variable)
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

    def handle(self, request, struck):
        """Answer a request that is no lever.

        :param struck: the faults that hit it, by kind; see ``Life``.
        :raises Refused: says no.
        :raises Dropped: when the connection is to be closed without an answer.
        """
        raise NotImplementedError

    def respond(self, request):
        """Answer a request.

        :raises Dropped: when the connection is to be closed without an answer.
        """
        struck = self.world.faults.striking(request.method, request.path)
        try:
            answer = self.handle(request, struck)
        except Refused as error:
            answer = self.life.refused(error)
        except (AttributeError, KeyError, TypeError, IndexError, ValueError):
            # A body of the wrong shape, or a fault of the simulator: both are told.
            sys.stderr.write(traceback.format_exc())
            answer = self.life.refused(self.life.broken())
        answer.struck = {kind: struck[kind] for kind in ANSWER if kind in struck}
        return answer


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
        self.send_header("Server", self.server.simulator.server_version)
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
