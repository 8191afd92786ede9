# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The command line of a simulator."""

import argparse
import json
import signal
import sys
from pathlib import Path


def options(arguments=None, description=""):
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(prog="simulator", description=description)
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--scale", type=float, default=1.0, help="speed of its clock")
    parser.add_argument("--log", help="file for one line of JSON per request")
    parser.add_argument("--store", type=Path, help="keeps the books until next time")
    parser.add_argument("--check", help="a log to hold against what the books publish")
    parser.add_argument(
        "--auto-allow", action="store_true", help="consent without a person"
    )
    return parser.parse_args(arguments)


def main(kind, arguments=None):
    """Serve until interrupted; the first line on stdout is the URL.

    With --check, check a log instead, and return 1 when something is wrong.

    :param kind: the class of the simulator.
    """
    chosen = options(arguments, (kind.__doc__ or "").partition("\n")[0])
    if chosen.check:
        return check(kind.contract, chosen.check)
    simulator = kind(chosen.port, chosen.scale, log=chosen.log)
    if chosen.auto_allow:
        simulator.control.set_options(auto_allow=True)
    if chosen.store and chosen.store.exists():
        simulator.world.load(chosen.store)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.write(f"{simulator.url}\n")
    sys.stdout.flush()
    try:
        simulator.server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        simulator.server.server_close()
        if chosen.store:
            simulator.world.save(chosen.store)


def check(contract, path):
    """Print what is wrong with the calls in a log that a client of ours made.

    Those of the simulator's own tests break the rules on purpose; they tell no
    user-agent.
    """
    count, wrong = 0, []
    with open(path) as lines:
        for line in lines:
            entry = json.loads(line)
            if "user-agent" not in entry["headers"]:
                continue
            if not contract.is_covered(entry["path"]):
                continue
            count += 1
            names = ("method", "path", "query", "headers", "body")
            found = contract.check_request(*(entry[name] for name in names))
            wrong += [f"{entry['method']} {entry['path']}: {each}" for each in found]
    for sentence in wrong:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.write(f"{count} calls, {len(wrong)} violations\n")
    return 1 if wrong else 0
