# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every command needs: Odoo, its Python, PostgreSQL; and how to call them."""

import fcntl
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import oca, odoo_source, paths, postgres, venv
from .proc import environment, output, quiet

INSIDE = Path(__file__).parent / "inside"


@dataclass
class Kit:
    """The parts that were set up."""

    source: Path
    venv: Path
    pg: dict

    @property
    def python(self):
        """Return the interpreter of the virtual environment."""
        return self.venv / "bin" / "python"

    def env(self, **extra):
        """Return the environment for programs that talk to the database."""
        return environment(
            **self.pg, PATH=f"{self.venv}/bin:{postgres.programs()}:{_path()}", **extra
        )

    def conf(self, with_addons=True):
        """Write the configuration of Odoo and return its path."""
        path = paths.run_dir() / ("odoo.conf" if with_addons else "base.conf")
        path.touch(mode=0o600)
        path.write_text(_render(self._options(with_addons)))
        return path

    def _options(self, with_addons):
        folders = odoo_source.addons_paths(self.source)
        if with_addons and paths.addons():
            folders = [paths.ROOT, oca.addons_path(), *folders]
        return {
            "addons_path": ",".join(map(str, folders)),
            "data_dir": paths.run_dir() / "data",
            "db_host": self.pg["PGHOST"],
            "db_port": self.pg["PGPORT"],
            "db_user": self.pg["PGUSER"],
            "db_password": self.pg.get("PGPASSWORD", ""),
            "http_interface": "127.0.0.1",
            "list_db": "False",
            "max_cron_threads": 2,
            "workers": 0,
        }

    def odoo(self, *args, conf=None, what="Odoo", **options):
        """Run Odoo to its end, its output in the log."""
        command = [self.venv / "bin" / "odoo", *args, "-c", conf or self.conf()]
        return quiet(command, what, env=self.env(**options), cwd=paths.ROOT)

    def inside(self, database, script, conf=None, **variables):
        """Run one of the scripts in `inside` in the shell of a database."""
        command = [self.venv / "bin" / "odoo", "shell", "-c", conf or self.conf()]
        with (INSIDE / script).open() as code:
            quiet(
                [*command, "-d", database, "--no-http", "--log-level=warn"],
                f"{script} in {database}",
                env=self.env(**variables),
                cwd=paths.ROOT,
                stdin=code,
            )

    def sql(self, query, database="postgres"):
        """Return the answer of a query as text."""
        command = [postgres.programs() / "psql", "-XwAtd", database, "-c", query]
        return output(command, env=self.env()).strip()

    def pg_run(self, program, *args):
        """Run a program of PostgreSQL."""
        command = [postgres.programs() / program, *args]
        quiet(command, f"PostgreSQL's {program}", env=self.env(), cwd="/")

    def exec(self, command, **options):
        """Run a command in the foreground and return its exit code."""
        command = list(map(str, command))
        done = subprocess.run(command, check=False, cwd=paths.ROOT, **options)
        return done.returncode


def _path():
    return environment().get("PATH", "")


def _render(options):
    lines = [f"{key} = {value}" for key, value in options.items() if value != ""]
    return "[options]\n" + "\n".join(lines) + "\n"


@contextmanager
def locked(path):
    """Let one process at a time do what follows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def ready():
    """Set up what is missing and yield the kit; PostgreSQL is left as found."""
    with locked(paths.cache() / "setup.lock"):
        source = odoo_source.find()
        env = venv.ensure(source)
        oca.ensure(env / "bin" / "python")
    with postgres.server() as pg:
        yield Kit(source, env, pg)
