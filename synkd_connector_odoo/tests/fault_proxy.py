# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stands between two Odoos and lets calls meet faults; it counts them as well."""

import http.client
import json
import threading
import xmlrpc.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What is written; the rest is read.
WRITES = frozenset(
    ("load", "create", "write", "unlink", "reconcile")
    + ("action_post", "action_draft", "action_cancel", "button_draft", "button_cancel")
)
KEPT_HEADERS = ("Content-Type", "Authorization", "X-Odoo-Database", "Accept")
# Statuses that are answered without asking the server, with what they tell.
STATUSES = {
    "503": (503, {}),
    "401": (401, {}),
    "429_minute": (429, {"Retry-After": "30"}),
    "429_day": (429, {"Retry-After": "40000"}),
}
LOST_BEFORE, LOST_AFTER, HALF = "lost_before", "lost_after", "half"


class FaultProxy:
    """Forwards each call to a server of 127.0.0.1, unless a fault is due."""

    def __init__(self, port):
        """Begin to serve.

        :param int port: of the server behind.
        """
        self.behind, self.lock = port, threading.Lock()
        self.reset()
        handler = type("Handler", (_Handler,), {"proxy": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        """End."""
        self.server.shutdown()
        self.server.server_close()

    def reset(self):
        """Forget faults and calls."""
        self.fault, self.matches, self.left, self.calls = None, None, 0, []
        self.before = None

    def break_calls(self, fault, matches=None, times=-1):
        """Let calls meet a fault.

        :param str fault: key of STATUSES, LOST_BEFORE, LOST_AFTER, HALF; None: none.
        :param callable matches: gets model and method; default: all that write.
        :param int times: so many calls; -1: all.
        """
        with self.lock:
            self.matches = matches or (lambda _model, method: method in WRITES)
            self.fault, self.left = fault, times

    def writes(self):
        """Return the write calls that arrived, as pairs of model and method.

        :rtype: list[tuple[str, str]]
        """
        return [call for call in self.calls if call[1] in WRITES]

    def due(self, call):
        """Note a call; return the fault that it meets, or None.

        :param tuple call: model and method.
        """
        with self.lock:
            self.calls.append(call)
            if not self.fault or not self.left or not self.matches(*call):
                return None
            self.left -= 1
            return self.fault


class _Handler(BaseHTTPRequestHandler):
    """One call: it is read, maybe forwarded, and maybe answered."""

    protocol_version = "HTTP/1.0"

    def do_POST(self):
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = what_is_called(self.path, content)
        if self.proxy.before:
            self.proxy.before(call)
        fault = self.proxy.due(call)
        if fault in STATUSES:
            status, headers = STATUSES[fault]
            return self.answer(status, b"{}", headers)
        if fault == LOST_BEFORE:
            return None
        try:
            status, kind, body = self.forward(content)
        except (OSError, http.client.HTTPException):
            return None  # the server died meanwhile: no answer
        if fault == LOST_AFTER:
            return None
        body = body[: len(body) // 2] if fault == HALF else body
        return self.answer(status, body, {"Content-Type": kind})

    do_GET = do_POST

    def forward(self, content):
        """Return status, content type and body of the server's answer."""
        to = http.client.HTTPConnection("127.0.0.1", self.proxy.behind, timeout=300)
        kept = {n: self.headers[n] for n in KEPT_HEADERS if self.headers[n]}
        try:
            to.request(self.command, self.path, content or None, kept)
            answer = to.getresponse()
            kind = answer.headers.get("Content-Type") or "text/plain"
            return answer.status, kind, answer.read()
        finally:
            to.close()

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Override: tests read ``calls``."""


def what_is_called(path, content):
    """Return model and method of a call of either protocol; "" where there is none.

    :rtype: tuple[str, str]
    """
    if path.startswith("/json/2/"):
        model, _slash, method = path.removeprefix("/json/2/").partition("/")
        json.loads(content)
        return model, method
    if path.endswith("/object"):
        params, _name = xmlrpc.client.loads(content)
        return params[3], params[4]
    return "", path
