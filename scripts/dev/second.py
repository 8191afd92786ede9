# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A second Odoo beside the demo that keeps a company's books: `make run ODOO=1`."""

from contextlib import contextmanager

from . import database, paths, postgres, serve
from .kit import INSIDE
from .say import info, step

PORT = 8340


@contextmanager
def beside(kit, demo):
    """Serve a second Odoo, and give a company of the demo its books there.

    :param str demo: name of the demo's database.
    :return: its address; "" when ODOO=1 was not given.
    """
    if not paths.flag("ODOO"):
        yield ""
        return
    name, log = _made(kit, demo), paths.run_dir() / "second.log"
    address = f"http://127.0.0.1:{postgres.free_port(PORT)}"
    database.serve_at(kit, name, _shown(address))
    # It is plain: none of our addons is there, and nothing it would do by itself.
    args = serve.command(kit.conf(with_addons=False), name, address)
    with serve.odoo(kit, [*args, "--max-cron-threads=0"], log) as process:
        serve.wait_until_up(process, address, log)
        kit.inside(
            demo,
            "second_ledger.py",
            SYNKD_BOOKS_URL=address,
            SYNKD_BOOKS_DATABASE=name,
            SYNKD_BOOKS_KEY=_key_file(),
            SYNKD_ALLOW_LOOPBACK="1",
        )
        yield address


def _made(kit, demo):
    """Return the database of the books, made anew when the demo was."""
    name, script = database.name("second"), "second.py"
    oid = kit.sql(f"SELECT oid FROM pg_database WHERE datname = '{demo}'")
    made_from = database.base_key(kit), oid, (INSIDE / script).read_text()
    key = paths.digest(*made_from)
    if database.made_from(kit, name) != key:
        template = database.base(kit)
        with step("Making the database of the second Odoo"):
            database.copy(kit, template, name)
            _key_file().unlink(missing_ok=True)
            kit.inside(name, script, SYNKD_BOOKS_KEY=_key_file())
        database.mark(kit, name, key)
    return name


def _key_file():
    return paths.run_dir() / "second.key"


def _shown(address):
    """Return where people open it: browsers keep one login for all ports of a host."""
    return address.replace("127.0.0.1", "localhost")


def welcome(address):
    """Say where the second Odoo is, if there is one."""
    if address:
        info(f"   The second Odoo:  {_shown(address)}")
        info("   login:       admin    password: admin    (its bookkeeper)")
        info("   Its books belong to the company Protea Trading, which is connected:")
        info("   switch to it, press Sync on its customers, and post invoices.")
        info("")
