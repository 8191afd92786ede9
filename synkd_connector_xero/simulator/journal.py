# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The request log: what was asked and answered, without secrets."""

import json
import re
from urllib.parse import parse_qsl, urlencode

from .dates import twin

SECRET_HEADERS = ("authorization", "cookie", "proxy-authorization")
SECRETS = re.compile(
    r"client_secret|refresh_token|access_token|^code$|code_verifier|token"
)
KEEP = 20000


def note(simulator, request, answer, lost):
    """Add a request to the world's log, and to the file if there is one."""
    world = simulator.world
    entry = {
        "at": twin(world.clock.now()),
        "method": request.method,
        "path": request.path,
        "query": {k: _hidden(k, v) for k, v in request.query.items()},
        "headers": {
            key: value
            for key, value in request.headers.items()
            if key not in SECRET_HEADERS
        },
        "body": _body(request),
        "status": answer.status if answer else None,
        "lost": lost,
    }
    with world.lock:
        world.log.append(entry)
        del world.log[:-KEEP]
        if simulator.log_path:
            with open(simulator.log_path, "a") as file:
                file.write(json.dumps(entry) + "\n")


def _hidden(key, value):
    return "(hidden)" if SECRETS.search(key) else value


def _body(request):
    """Return the body: JSON as it is, a form without its secrets, else its text."""
    text = request.body.decode("utf-8", "replace")
    if "form" in request.header("content-type"):
        pairs = parse_qsl(text, keep_blank_values=True)
        return urlencode([(key, _hidden(key, value)) for key, value in pairs])
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
