# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A PostgreSQL cluster of its own, for tests that restart it."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

# Commits reach the system before they are told, since an immediate stop is a crash of
# the server; the disk is not waited for, since the machine does not crash.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
fsync = off
synchronous_commit = on
full_page_writes = off
shared_buffers = 64MB
max_wal_size = 2GB
"""


def program(name):
    """Return the path of one of PostgreSQL's programs."""
    if found := shutil.which(name):
        return found
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    if shutil.which("pg_config"):
        asked = subprocess.check_output(["pg_config", "--bindir"], text=True)
        folders.append(Path(asked.strip()))
    found = [str(folder / name) for folder in folders if (folder / name).exists()]
    assert found, f"PostgreSQL's {name} was not found: put its folder on PATH."
    return found[-1]


def free_port():
    """Return a free port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running cluster in a temporary folder; root lends it to another user."""

    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="synkd-cluster-"))
        self.data = self.home / "data"
        self.who = {}
        if not os.geteuid():
            self._lend()
        self.env = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(free_port()),
            "PGUSER": "odoo",
            "PGPASSWORD": secrets.token_hex(16),
        }
        self._create()
        self._control("start", "-l", self.home / "log")

    def _lend(self):
        """Give the folder to a user without rights: PostgreSQL refuses root."""
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = names.get("postgres") or names["nobody"]
        os.chown(self.home, entry.pw_uid, entry.pw_gid)
        self.who = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def _create(self):
        """Make the cluster; only its one role may enter, with its password."""
        password = self.home / "password"
        password.touch(mode=0o600)
        password.write_text(self.env["PGPASSWORD"])
        if self.who:
            os.chown(password, self.who["user"], self.who["group"])
        rights = ["-A", "scram-sha-256", "-U", self.env["PGUSER"]]
        made = ["-D", self.data, "--no-locale", "-E", "UTF8", "--no-sync"]
        self._call("initdb", *made, *rights, f"--pwfile={password}")
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(SETTINGS.format(port=self.env["PGPORT"]))

    def _call(self, name, *args):
        """Run one of PostgreSQL's programs as the owner of the cluster."""
        command = [program(name), *map(str, args)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd="/", **quiet, **self.who)

    def _control(self, *args):
        """Call pg_ctl, and wait until the server is as it was asked to be."""
        self._call("pg_ctl", "-D", self.data, "-w", "-t", "30", *args)

    def restart(self, mode):
        """Stop the server under whoever is connected, and start it again.

        :param str mode: ``fast`` ends transactions in order, ``immediate`` is a crash.
        """
        self._control("restart", "-m", mode, "-l", self.home / "log")

    def load(self, template, database):
        """Make a database here that is a copy of one of the usual server."""
        env = os.environ | self.env
        dump = self.home / "dump"
        save = [program("pg_dump"), "-Fc", "-Z0", "--no-owner", "-f", dump, template]
        subprocess.run(save, check=True)
        subprocess.run([program("createdb"), database], check=True, env=env)
        load = [program("pg_restore"), "--no-owner", "-j2", "-d", database, dump]
        subprocess.run(load, check=True, env=env)
        dump.unlink()

    def remove(self):
        """Stop the server, and delete the cluster."""
        self._control("stop", "-m", "immediate")
        shutil.rmtree(self.home)
