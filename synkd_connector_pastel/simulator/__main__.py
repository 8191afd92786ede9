# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Plays the bookkeeper: imports files into a made-up company of Pastel.

``python3 -m synkd_connector_pastel.simulator STORE FILE…``: what the company exports
then is written beside its store. The addon itself needs none of this.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulator import store


def main(arguments):
    """Import files; return what goes to the shell.

    :param list arguments: path of the store, then of the files.
    :rtype: int
    """
    if len(arguments) < 2:
        sys.stdout.write(f"{__doc__}\n")
        return 2
    path, *files = arguments
    pastel = store.load(path)
    for name in files:
        pastel.import_file(Path(name).name, Path(name).read_bytes())
    store.save(path, pastel)
    for error in pastel.errors:
        sys.stdout.write(f"Pastel refused: {error}\n")
    sys.stdout.write(f"Imported. Lists to upload: {Path(path).parent}/*.csv\n")
    return 1 if pastel.errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
