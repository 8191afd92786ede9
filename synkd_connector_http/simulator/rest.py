# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Books with an interface as many have it: a key opens it, lists are read by pages.

What such books keep are ``Collection`` of their world; ``RestRoutes.keep`` answers the
calls of one. What a system does otherwise is written beside it.
"""

import uuid

from .control import Control
from .errors import Refused
from .life import Call
from .routing import Routes, one
from .server import Simulator
from .world import World


class Collection:
    """Records of one kind, by identity, with the moment of their last change."""

    def __init__(self, world, *unique):
        """Begin without any.

        :param World world: whose clock and options count.
        :param unique: fields of which a value belongs to one record.
        """
        self.world, self.unique = world, unique
        self.records = {}

    def save(self, record, key=""):
        """Keep a record, a new one without a key; what is not given stays.

        :raises Refused: when it breaks a rule, or books were told to refuse its name.
        """
        refuse = self.world.options["refuse"]
        if refuse and refuse in str(record.get("name", "")):
            raise Refused(400, {"message": f"{record['name']} is not allowed"})
        for field in self.unique:
            for other in self.records.values():
                if other["id"] != key and other.get(field) == record.get(field):
                    raise Refused(409, {"message": f"{other[field]} is in use"})
        key = key or str(uuid.uuid4())
        changed = self.world.clock.now().isoformat()
        known = self.records.pop(key, {})  # the last change stands last
        self.records[key] = {**known, **record, "id": key, "changedAt": changed}
        return self.records[key]

    def find(self, **fields):
        """Return the records with these values, oldest change first."""
        found, wanted = self.records.values(), fields.items()
        return [e for e in found if all(e.get(n) == value for n, value in wanted)]


class RestWorld(World):
    """What such books know."""

    OPTIONS = {**World.OPTIONS, "key": "sim-key", "refuse": ""}

    def _collections(self):
        """Return the collections by name."""
        kept = vars(self).items()
        return {name: each for name, each in kept if isinstance(each, Collection)}

    def kept(self):
        """Return the records of all collections."""
        return {name: each.records for name, each in self._collections().items()}

    def take(self, kept):
        """Go on with the records that were kept."""
        for name, each in self._collections().items():
            each.records = kept.get(name, {})


class RestControl(Control):
    """What the bookkeeper does there."""

    def records(self, name):
        """Return the records of a collection, oldest change first."""
        return getattr(self.world, name).find()

    def add(self, name, fields):
        """Add a record with these values to a collection."""
        return getattr(self.world, name).save(fields)

    def edit(self, name, by, fields):
        """Give a record of a collection these values.

        :param dict by: values that only this record has.
        """
        collection = getattr(self.world, name)
        (found,) = collection.find(**by)
        return collection.save({**found, **fields}, found["id"])


class RestRoutes(Routes):
    """The calls of such an interface."""

    def keep(self, name):
        """Answer the calls that read and write the collection of a name."""
        self.add("GET", f"/{name}")(lambda call: self._list(call, name))
        self.add("POST", f"/{name}")(lambda call: self._save(call, name))
        self.add("GET", f"/{name}/{{id}}")(lambda call, key: self._one(call, name, key))
        self.add("PUT", f"/{name}/{{id}}")(
            lambda call, key: self._save(call, name, key)
        )

    def _one(self, call, name, key):
        return one(getattr(call.world, name).records, key)

    def _list(self, call, name):
        """List by change, by page and since a moment; or those with some values."""
        query = dict(call.query)
        page, size = (int(query.pop(n, d)) for n, d in (("page", 1), ("size", 100)))
        since = query.pop("since", "")
        found = getattr(call.world, name).find(**query)
        found = [each for each in found if each["changedAt"] >= since]
        end = page * size
        return {name: found[end - size : end], "last": end >= len(found)}

    def _save(self, call, name, key=""):
        if key:
            self._one(call, name, key)
        return getattr(call.world, name).save(call.request.json(), key)


class RestSimulator(Simulator):
    """Such books, opened by a key that goes as a bearer token."""

    world_class, control_class = RestWorld, RestControl
    routes = RestRoutes()

    def handle(self, request, struck):
        """Answer a call that bears the key."""
        key = self.world.options["key"]
        if not key or request.header("authorization") != f"Bearer {key}":
            raise self.life.denied()
        function, parts, _areas = self.routes.find(request.method, request.path)
        return self.life.run(Call(self.world, request), function, parts, struck)
