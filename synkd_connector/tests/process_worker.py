# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Real processes with real commits, for tests that kill them.

Run as a script it loads the registry once, then forks a child for each line of its
standard input, a job as JSON. A child tells on standard output where it is: ``paused``
at a hook until SIGUSR1 comes, and ``ended`` with an error's text, if any. The other
half, ``Workers``, is used by the tests.
"""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress

# Option of Odoo, and the variable by which libpq knows the same.
SERVER = {
    "db_host": "PGHOST",
    "db_port": "PGPORT",
    "db_user": "PGUSER",
    "db_password": "PGPASSWORD",
}


INSTALL = """
from odoo.tools import config
config["skip_auto_install"] = True
env["ir.module.module"].search([("name", "=", "{addon}")]).button_immediate_install()
"""


def get_template():
    """Return the name of the database that tests may copy."""
    template = os.environ.get("SYNKD_TEMPLATE_DB")
    assert template, "SYNKD_TEMPLATE_DB names no database; run this by make test."
    return template


class Workers:
    """A database of its own, and processes that work on it."""

    # Code that each of them executes with ``env`` before its job.
    before = ""

    def __init__(self, database, config, env=None):
        """Start the process that the others are forked from.

        :param str database: name of an existing database; it is dropped at the end.
        :param str config: path of Odoo's configuration.
        :param dict env: variables that lead to another server, as ``PGHOST``.
        """
        self.database = database
        self.env = os.environ | (env or {})
        self.zygote = subprocess.Popen(
            [sys.executable, "-P", __file__, config, database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self.env,
        )
        self.told = {}
        # What customers lack is no matter of these tests.
        self.sql("UPDATE res_company SET synkd_only_complete = false")

    @classmethod
    def open(cls, case, config):
        """Return workers on a copy of the template, for a class of tests."""
        template = get_template()
        database = f"{template}_{os.getpid()}_{case.__name__}".lower()[-60:]
        subprocess.run(["createdb", "-T", template, database], check=True)
        workers = cls(database, config)
        case.addClassCleanup(workers.close)
        return workers

    def close(self):
        """End all processes, and drop the database."""
        self.zygote.kill()
        self.zygote.wait()
        self.zygote.stdin.close()
        self.zygote.stdout.close()
        for pid, told in self.told.items():
            if told[-1] in ("started", "paused", "going"):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        # Not dropdb --force, which fails while PostgreSQL's own autovacuum is there.
        leave = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{self.database}' AND usename = current_user"
        )
        psql = ["psql", "-XqAtd", "postgres", "-c", leave]
        subprocess.run(psql, check=True, env=self.env, stdout=subprocess.DEVNULL)
        subprocess.run(["dropdb", self.database], check=True, env=self.env)

    def start(self, **job):
        """Start a process; return its id.

        :param dict job: ``code`` to execute with ``env``, then ``run``: id of the
            ledger whose cron is called; ``pause``: name of the hook to stop at, or
            ``pause_at``: number of the statement; ``batch``: records per call.
        """
        job = {"before": self.before, **job}
        self.zygote.stdin.write(json.dumps(job) + "\n")
        self.zygote.stdin.flush()
        return self._listen(lambda pid, told: told[-1] == "started")

    def wait(self, pid, *words):
        """Wait until a process told one of the words; return what it told last."""
        done = self.told.get(pid, ["?"])[-1].split(":")[0] in words
        if not done:
            self._listen(lambda _pid, _told: self.told[pid][-1].split(":")[0] in words)
        return self.told[pid][-1]

    def _listen(self, condition):
        """Read what the processes tell until a condition holds; return the id."""
        for line in self.zygote.stdout:
            word, _blank, rest = line.rstrip("\n").partition(" ")
            pid, _blank, text = rest.partition(" ")
            self.told.setdefault(int(pid), []).append(word + (text and f": {text}"))
            if condition(int(pid), self.told[int(pid)]):
                return int(pid)
        raise AssertionError("The worker is dead; its error is above.")

    def do(self, **job):
        """Start a process, wait for its end, and return the error's text, or ""."""
        pid = self.start(**job)
        return self.wait(pid, "ended").partition(": ")[2]

    def install(self, addon):
        """Install an addon of Odoo's, and none that would come along by itself.

        The process knows the addons as they were when it began: jobs need a registry
        of their own afterwards.

        :param str addon: its name.
        :return: as of ``do``.
        """
        return self.do(code=INSTALL.format(addon=addon))

    def go_on(self, pid):
        """Let a paused process go on."""
        self.told[pid].append("going")
        os.kill(pid, signal.SIGUSR1)

    def kill(self, pid):
        """Kill -9, and wait until the server has noticed it."""
        os.kill(pid, signal.SIGKILL)
        self.told[pid].append("killed")
        self.cut(pid)

    def cut(self, pid):
        """End the database connections of a process, as a restart does."""
        self.sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            f" WHERE application_name = 'odoo-{pid}'"
        )

    def sql(self, query):
        """Execute one statement in a transaction of its own; return the rows."""
        command = ["psql", "-XAtqd", self.database, "-v", "ON_ERROR_STOP=1", "-c"]
        found = subprocess.run(
            [*command, query],
            check=True,
            capture_output=True,
            text=True,
            env=self.env,
        )
        return [line.split("|") for line in found.stdout.splitlines()]


# === THE OTHER SIDE === #

# Hook: model (no name: all connectors), method, and whether the pause comes after it.
HOOKS = {
    "prepared": ("", "_push_customers", False),
    "documents": ("", "_push_documents", False),
    "sent": ("synkd.engine", "_keep", False),
    "filed": ("synkd.request", "_keep_files", True),
    "answered": ("synkd.request", "_apply", False),
    "applied": ("synkd.request", "_apply", True),
    "pulled": ("synkd.importer", "_take_page", True),
    "created": ("synkd.customer.creator", "_create_missing", True),
}


def tell(word, text=""):
    """Tell the tests where this process is; one write, so that lines stay whole."""
    text = " ".join(text.split())[:500]
    os.write(1, f"{word} {os.getpid()} {text}\n".encode())


def pause():
    """Stop until SIGUSR1 comes."""
    tell("paused")
    signal.sigwait([signal.SIGUSR1])


def connectors(env):
    """Return the classes of all connectors that are installed."""
    names = [code for code, _label in env["synkd.ledger"]._selection_connector()]
    return [type(env[f"synkd.connector.{name}"]) for name in names]


def hang(env, name):
    """Let a method pause the first time that it is called."""
    model, method, is_after = HOOKS[name]
    for cls in [type(env[model])] if model else connectors(env):
        hang_in(cls, method, is_after)


def hang_in(cls, method, is_after):
    """Let a method of one class pause the first time that it is called."""
    original = getattr(cls, method)

    def hooked(self, *args):
        setattr(cls, method, original)
        if not is_after:
            pause()
        result = original(self, *args)
        if is_after:
            self.env.flush_all()
            pause()
        return result

    setattr(cls, method, hooked)


def hang_at(number):
    """Pause before a statement or after a commit, whichever is the number-th."""
    from odoo.sql_db import Cursor

    execute, commit, count = Cursor.execute, Cursor.commit, [0]

    def note():
        count[0] += 1
        if count[0] == number:
            pause()

    def counted_execute(self, *args, **kwargs):
        note()
        return execute(self, *args, **kwargs)

    def counted_commit(self):
        commit(self)
        note()

    Cursor.execute, Cursor.commit = counted_execute, counted_commit


def small_batches(env, size):
    """Let all books take fewer records of each kind per call."""
    from dataclasses import replace

    sizes = ("customer_batch", "document_batch", "payment_batch", "allocation_batch")

    def smaller(original):
        return lambda self, ledger: replace(
            original(self, ledger), **dict.fromkeys(sizes, size)
        )

    for cls in connectors(env):
        cls._capabilities = smaller(cls._capabilities)


def work(registry, job):
    """Do one job in this process."""
    from odoo import SUPERUSER_ID, api
    from odoo.service.model import retrying

    with registry.cursor() as worker:
        env = api.Environment(worker, SUPERUSER_ID, {})
        exec(job["before"], {"env": env})  # noqa: S102
        if job.get("batch"):
            small_batches(env, job["batch"])
        if job.get("pause"):
            hang(env, job["pause"])
        if job.get("pause_at"):
            hang_at(job["pause_at"])
        if job.get("code"):
            names = {"env": env, "pause": pause}
            retrying(lambda: exec(job["code"], names), env)  # noqa: S102
            worker.commit()
        if job.get("run"):
            env["synkd.ledger"].browse(job["run"]).cron_id.method_direct_trigger()
        if job.get("jobs"):
            env["ir.cron"]._process_jobs(worker.dbname)


def child(registry, job):
    """Do one job, tell how it ended, and leave without any clean-up."""
    import odoo.sql_db

    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    tell("started")
    try:
        # The name of the connections carries the id of this process.
        registry._db = odoo.sql_db.db_connect(registry.db_name)
        work(registry, job)
        tell("ended")
    except BaseException as error:  # noqa: BLE001 (the tests want to know)
        tell("ended", f"{type(error).__name__} {error}")
    finally:
        os._exit(0)


def main(config, database):
    """Load the registry, then fork a child for each job."""
    import odoo.sql_db
    from odoo.modules.registry import Registry
    from odoo.tools import config as options

    server = [f"--{o}={os.environ[n]}" for o, n in SERVER.items() if n in os.environ]
    args = ["-c", config, "-d", database, "--log-level=critical"]
    options.parse_config(args + server)
    registry = Registry(database)
    odoo.sql_db.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if not os.fork():
            child(registry, json.loads(line))


if __name__ == "__main__":
    main(*sys.argv[1:])
