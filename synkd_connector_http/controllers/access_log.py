# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the server's access log tells of a login that comes back: that it did."""

import logging
import re

from ..const import CALLBACK_PATH

HIDDEN = r"\1?(hidden)"
# Also as a part of another address, such as that of Odoo's own login.
_PATH = (CALLBACK_PATH % r"\w+").replace("/", "(?:/|%2F)")
_QUERY = re.compile(rf"({_PATH}(?:/|%2F)?)(?:\?|%3F)[^\s\"]*", re.IGNORECASE)


class LoginFilter(logging.Filter):
    """Keeps the code and state of a login out of what the web server logs."""

    def filter(self, record):
        """Override to change the record; it is always logged.

        :param LogRecord record: of a request.
        :rtype: bool
        """
        record.msg = self._hide(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(self._hide, record.args))
        return True

    def _hide(self, value):
        return _QUERY.sub(HIDDEN, value) if isinstance(value, str) else value


logging.getLogger("werkzeug").addFilter(LoginFilter())
