# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The command line of the simulator."""

import argparse
import sys

from .server import Simulator


def options(arguments=None):
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(prog="simulator", description="A simulated Xero")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--scale", type=float, default=1.0, help="speed of its clock")
    parser.add_argument("--log", help="file for one line of JSON per request")
    parser.add_argument(
        "--auto-allow", action="store_true", help="consent without a person"
    )
    return parser.parse_args(arguments)


def main(arguments=None):
    """Serve until interrupted; the first line on stdout is the URL."""
    chosen = options(arguments)
    simulator = Simulator(chosen.port, chosen.scale, log=chosen.log)
    simulator.world.options["auto_allow"] = chosen.auto_allow
    sys.stdout.write(f"{simulator.url}\n")
    sys.stdout.flush()
    try:
        simulator.server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        simulator.server.server_close()
