# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast books may be called that do not tell how many calls are left."""

from calendar import timegm
from dataclasses import dataclass

MINUTE, HOUR, HOURS = 60, 3600, 24


@dataclass(frozen=True)
class Pace:
    """Limits of books; 0: there is none, or their answers tell what is left.

    :param int second: calls in any second.
    :param int minute: calls in any 60 seconds.
    :param int day: calls in any 24 hours.
    :param int breach: seconds for which they shut out those who call faster.
    """

    second: int = 0
    minute: int = 0
    day: int = 0
    breach: int = 0

    def __bool__(self):
        return bool(self.second or self.minute or self.day)

    def note(self, made, now, calls=1):
        """Return the calls that were made, with some more, or with the last ones less.

        :param dict made: what this returned before, fit for JSON; {} at first: counts
            by second of the last minute, and by hour of the last day.
        :param datetime now: naive UTC.
        :param int calls: below zero: so many were counted, and not made after all.
        :rtype: dict
        """
        second = timegm(now.timetuple())
        hour = second // HOUR
        seconds = _since(made.get("seconds"), second - MINUTE)
        hours = _since(made.get("hours"), hour - HOURS)
        kept = {"last": made.get("last", 0)}
        if calls > 0:
            kept["last"] = second + now.microsecond / 1e6
        for name, counts, key in (("seconds", seconds, second), ("hours", hours, hour)):
            key = key if calls > 0 else max(counts, default=key)
            counts[key] = max(counts.get(key, 0) + calls, 0)
            kept[name] = {str(key): count for key, count in counts.items()}
        return kept

    def wait(self, made, now):
        """Return how long to wait before the next call.

        A minute that is used up is waited for whole, so that the calls of the next one
        can follow each other; of a day, the hours come back one by one.

        :param dict made: of ``note``.
        :param datetime now: naive UTC.
        :return: seconds; 0: it may be made now.
        :rtype: float
        """
        second = timegm(now.timetuple())
        moment = second + now.microsecond / 1e6
        seconds = _since(made.get("seconds"), second - MINUTE)
        hours = _since(made.get("hours"), second // HOUR - HOURS)
        if self.day and sum(hours.values()) >= self.day:
            return (min(hours) + HOURS + 1) * HOUR - second
        if self.minute and sum(seconds.values()) >= self.minute:
            return max(seconds) + MINUTE + 1 - second
        if self.second:
            return max(made.get("last", 0) + 1 / self.second - moment, 0)
        return 0


def _since(counts, first):
    """Return the counts from a second or hour on, by number."""
    found = {int(key): count for key, count in (counts or {}).items()}
    return {key: count for key, count in found.items() if key >= first}
