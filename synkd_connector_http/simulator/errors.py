# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a simulator says no."""


class Refused(Exception):
    """A whole request is refused: HTTP status, body (dict or plain text), headers."""

    def __init__(self, status, body, headers=None):
        """Keep the parts of the answer."""
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


class Dropped(Exception):
    """The connection is to be closed without an answer."""
