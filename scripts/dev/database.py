# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases: two templates, made once and copied for tests and the demo.

`base` holds the apps that the addons build on; it depends on Odoo only and is kept as
a dump in the cache. `addons` is a copy of it with all addons of this clone installed.
The comment of a database tells from what it was made.
"""

import ast
import re
from pathlib import Path

from . import oca, odoo_source, paths
from .kit import INSIDE, locked
from .proc import warnings
from .say import Stop, info, step

# Installed without what Odoo would add by itself (SMS, IAP, e-mail providers, …):
# that halves the time and nothing calls out. What the web client needs is named.
BASE = (
    "account",
    "base_import",
    "base_setup",
    "bus",
    "contacts",
    "point_of_sale",
    "repair",
    "rpc",
    "sale_management",
    "web_tour",
)
# Of the modules that Odoo would add by itself, those that an installation with the
# same apps always has and that our addons have to live with.
BRIDGES = (
    "auth_signup",
    # Point of Sale's dashboard is closed to cashiers without it.
    "base_install_request",
    "mrp_repair",
    "pos_online_payment",
    "pos_repair",
    "pos_sale",
    "purchase_stock",
    "repair",
    "sale_purchase",
    "sale_stock",
    "stock_account",
    "stock_delivery",
)
# What the machine of `make explore` plays with.
SMALL = (
    *("synkd_connector_demo", "synkd_connector_xero", "synkd_connector_odoo"),
    *("contacts", "web_tour"),
)
# Complaints that are not about our addons.
KNOWN = re.compile(r"py\.warnings|Running as user 'root'")
# Run one after the other in a demo database.
DEMO = ("demo.py", "shop.py")
ANEW = "make run FRESH=1 makes the demo anew, without what was done in it."
LIBRARIES = ("odoo/addons", "addons")
# In the comment of a template: the web client's files are not made yet.
BARE = " bare"


def name(kind):
    """Return the name of this clone's database of that kind."""
    return f"synkd_{kind}_{paths.clone_key()}"


def manifest(module, source):
    """Return the manifest of a module, of ours, of OCA's or of Odoo's, or {}."""
    folders = [
        paths.ROOT,
        oca.addons_path(),
        *(Path(source) / library for library in LIBRARIES),
    ]
    for folder in folders:
        path = folder / module / "__manifest__.py"
        if path.is_file():
            return ast.literal_eval(path.read_text())
    return {}


def closure(modules, source):
    """Return the modules and all that they depend on."""
    found, todo = set(), list(modules)
    while todo:
        module = todo.pop()
        if module not in found:
            found.add(module)
            todo += manifest(module, source).get("depends", [])
    return found


def bridges(modules, source):
    """Return the bridge modules whose dependencies are all among the modules."""
    present = closure(modules, source)
    wanted = []
    for module in BRIDGES:
        depends = manifest(module, source).get("depends")
        if depends and module not in present and present.issuperset(depends):
            wanted.append(module)
    return wanted


def base_key(kit):
    """Return a hash of all that the base template is made from."""
    prepare = (INSIDE / "prepare.py").read_text()
    return paths.digest(odoo_source.version(kit.source), *BASE, prepare)


def addons_key(kit):
    """Return a hash of all that the addons template is made from."""
    ours = paths.addons_digest()
    return paths.digest(base_key(kit), *BRIDGES, oca.version(), ours)


def made_from(kit, database):
    """Return the key in the comment of a database, or ''."""
    return kit.sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        f" WHERE datname = '{database}'"
    )


def mark(kit, database, key):
    """Write the key into the comment of a database."""
    kit.pg_run(
        "psql", "-Xqd", database, "-c", f"COMMENT ON DATABASE {database} IS '{key}'"
    )


def exists(kit, database):
    """Tell whether there is a database of that name."""
    return bool(kit.sql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))


def drop(kit, database):
    """Delete a database, whoever of ours is connected.

    Not with --force, which fails while PostgreSQL's own autovacuum is there: that one
    belongs to another role, and leaves by itself when the database is dropped.
    """
    kit.sql(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        f" WHERE datname = '{database}' AND usename = current_user"
    )
    kit.pg_run("dropdb", "--if-exists", database)


def copy(kit, source, target):
    """Make a database as a copy of another, in place of what was there."""
    drop(kit, target)
    kit.pg_run("createdb", "-T", source, target)


def keep_statistics(kit, database):
    """Keep autovacuum out of a database whose tests roll back what they write.

    It would note that the tables are empty, which to the tests they are not: with
    such statistics a join of a few rows takes seconds.
    """
    kit.sql(
        "DO $$ DECLARE name text; BEGIN"
        " FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        " LOOP EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = off)', name);"
        " END LOOP; END $$",
        database,
    )


def base(kit):
    """Return the name of the base template, made or restored when missing."""
    key = base_key(kit)
    database = f"synkd_base_{key}"
    dump = paths.cache() / "templates" / f"base-{key}.dump"
    with locked(paths.cache() / "templates.lock"):
        if made_from(kit, database) == key:
            return database
        drop(kit, database)
        if dump.exists():
            _restore(kit, database, dump)
        else:
            _build_base(kit, database, dump)
        mark(kit, database, key)
    return database


def _restore(kit, database, dump):
    with step("Restoring the base database from the cache"):
        kit.pg_run("createdb", "-T", "template0", database)
        kit.pg_run("pg_restore", "--no-owner", "-j2", "-d", database, dump)


def _build_base(kit, database, dump):
    conf = kit.conf(with_addons=False)
    with step(f"Installing {', '.join(BASE)} (about a minute, once)"):
        _install(kit, database, BASE, conf)
    with step("Preparing the base database (about a minute, once)"):
        kit.inside(database, "prepare.py", conf=conf)
    dump.parent.mkdir(parents=True, exist_ok=True)
    fresh = dump.with_suffix(".part")
    kit.pg_run("pg_dump", "-Fc", "-Z1", "--no-owner", "-f", fresh, database)
    fresh.rename(dump)


def _install(kit, database, modules, conf=None, update=()):
    args = ["-d", database, "-i", ",".join(modules), "--skip-auto-install"]
    if update:
        args += ["-u", ",".join(update)]
    return kit.odoo(
        *args,
        "--stop-after-init",
        "--no-http",
        "--max-cron-threads=0",
        conf=conf,
        what=f"Installing {', '.join(modules)}",
    )


def addons(kit, bundles=True):
    """Return the name of the template with our addons, made when they changed.

    :param bool bundles: with the web client's files, which take most of the time and
        which only tests with a browser need.
    """
    database = name("addons")
    key = addons_key(kit)
    found = made_from(kit, database).removesuffix(BARE)
    if found != key and not (found and paths.flag("KEEP")):
        _make_addons(kit, database, key)
    if bundles and made_from(kit, database).endswith(BARE):
        with locked(paths.run_dir() / "addons.lock"):
            _make_bundles(kit, database)
    return database


def small(kit):
    """Return the name of the template with few addons, made when they changed.

    Without the apps that glue addons build on each step of a long test is quicker.
    """
    database, key = name("small"), paths.digest(addons_key(kit), *SMALL)
    found = made_from(kit, database)
    if found != key and not (found and paths.flag("KEEP")):
        with step(f"Installing {', '.join(SMALL)}"):
            drop(kit, database)
            _install(kit, database, SMALL)
            kit.inside(database, "prepare.py")
        mark(kit, database, key)
    return database


def _make_bundles(kit, database):
    with step("Preparing the web client's files"):
        kit.inside(database, "bundles.py")
    mark(kit, database, made_from(kit, database).removesuffix(BARE))


def _make_addons(kit, database, key):
    source = base(kit)
    ours = _require_addons()
    with locked(paths.run_dir() / "addons.lock"):
        if made_from(kit, database).removesuffix(BARE) == key:
            return  # another command made it while this one waited
        with step(f"Installing {', '.join(ours)}"):
            copy(kit, source, database)
            wanted = [*ours, *bridges([*BASE, *ours], kit.source)]
            _keep_warnings(_install(kit, database, wanted))
        kit.inside(database, "prepare.py")
        mark(kit, database, key + BARE)


def _warnings_file():
    return paths.run_dir() / "addons.warnings"


def _keep_warnings(where):
    found = [line for line in warnings(*where) if not KNOWN.search(line)]
    _warnings_file().write_text("".join(line + "\n" for line in found))
    for line in found:
        info(f"   {line}")


def install_warnings():
    """Return what Odoo complained about when our addons were installed last."""
    found = _warnings_file()
    return found.read_text().splitlines() if found.exists() else []


def _require_addons():
    ours = paths.addons()
    if not ours:
        raise Stop(f"There is no addon yet in {paths.ROOT}.")
    return ours


def demo_key(kit):
    """Return a hash of all that the demo database is made from."""
    scripts = [(INSIDE / script).read_text() for script in DEMO]
    return paths.digest(addons_key(kit), *scripts)


def demo(kit, fresh=False):
    """Return the name of the demo database, made or brought up to date."""
    database = name("demo")
    key = demo_key(kit)
    if not fresh and made_from(kit, database) == key:
        return database
    ours = _require_addons()
    if fresh or not made_from(kit, database):
        _make_demo(kit, database, ours)
    else:
        _update_demo(kit, database, ours)
    mark(kit, database, key)
    return database


def _make_demo(kit, database, ours):
    template = addons(kit)
    with step("Making the demo database"):
        copy(kit, template, database)
        _load_demo(kit, database, ours, "init")


def _update_demo(kit, database, ours):
    with step("The addons changed: updating the demo database"):
        wanted = [*ours, *bridges([*BASE, *ours], kit.source)]
        try:
            _install(kit, database, wanted, update=ours)
            _load_demo(kit, database, ours, "update")
        except Stop as stop:
            raise Stop(f"{stop}\n{ANEW}") from stop


def _load_demo(kit, database, ours, mode):
    for script in DEMO:
        kit.inside(database, script, SYNKD_DEMO_MODE=mode, SYNKD_ADDONS=",".join(ours))


def serve_at(kit, database, url):
    """Note where a database is served: links and the styles of what is printed."""
    kit.sql(
        f"UPDATE ir_config_parameter SET value = '{url}' WHERE key = 'web.base.url'",
        database,
    )


def of_this_clone(kit):
    """Return the databases that belong to this clone."""
    return _named(kit, f"^synkd_[a-z]+_{paths.clone_key()}")


def bases(kit):
    """Return the base templates, which all clones share."""
    return _named(kit, "^synkd_base_[0-9a-f]+$")


def _named(kit, pattern):
    query = f"SELECT datname FROM pg_database WHERE datname ~ '{pattern}'"
    return kit.sql(query).split()
