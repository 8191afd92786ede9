# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The request log: what was asked and answered, without secrets."""

import fcntl
import json
import re
from urllib.parse import parse_qsl, urlencode

SECRET_HEADERS = ("authorization", "cookie", "proxy-authorization", "x-api-key")
SECRETS = re.compile(
    r"secret|token|^code$|^state$|verifier|assertion|password|^(api)?key$",
    re.IGNORECASE,
)
KEEP = 20000


def note(simulator, request, answer, lost):
    """Add a request to the world's log, and to the file if there is one."""
    world = simulator.world
    entry = {
        "at": world.clock.now().strftime("%Y-%m-%dT%H:%M:%S"),
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
    found = _violations(simulator.contract, world, entry, answer)
    entry["violations"] = found
    with world.lock:
        world.log.append(entry)
        del world.log[:-KEEP]
        world.violations += found
    if simulator.log_path:
        _append(simulator.log_path, json.dumps(entry) + "\n")


def _violations(contract, world, entry, answer):
    """Return what of a call is not as it is published, and of its answer if asked."""
    where = (entry["method"], entry["path"])
    if not contract or not contract.is_covered(entry["path"]):
        return []
    found = contract.check_request(
        *where, entry["query"], entry["headers"], entry["body"]
    )
    is_json = answer and "json" in answer.headers.get("Content-Type", "")
    wanted = world.options["check_answers"] and not world.options.get("loose_types")
    if wanted and is_json and answer.status in (200, 201):
        found += contract.check_answer(*where, json.loads(answer.body))
    return found


def _append(path, line):
    """Append a line to a file that other simulators may write to as well."""
    with open(path, "ab", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(line.encode())


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
