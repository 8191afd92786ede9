# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can go wrong with a call, by name; connectors have the sentences."""

# Nobody knows whether a write happened.
OFFLINE = "offline"
UNREADABLE = "unreadable"
# A page for people came instead of data.
PAGE = "page"
BOUNDS = "bounds"
SERVER = "server"
PAUSED = "paused"
# Nothing was written: no calls for a while.
MINUTE = "minute"
DAY = "day"
CONCURRENT = "concurrent"
APP = "app"
# Nothing was written: a login that was renewed just now is refused.
RENEWED = "renewed"
# Nothing was written: the login. TENANT: which of the books it may see.
LOGIN = "login"
KEY = "key"
SCOPE = "scope"
TENANT = "tenant"
UNPAID = "unpaid"
# Nothing was written: a setting.
CLIENT = "client"
ADDRESS = "address"
# Nothing was written: the data.
REFUSED = "refused"
NOT_FOUND = "not_found"


class ApiError(Exception):
    """A call failed.

    :param str problem: one of this module's constants.
    :param str words: the other side's own words, free of secrets.
    :param int seconds: how long to wait, when it told.
    """

    def __init__(self, problem, words="", seconds=None):
        super().__init__(problem, words)
        self.problem = problem
        self.words = words
        self.seconds = seconds
