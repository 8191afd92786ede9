# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The five kinds of errors that a ledger can answer with, one behaviour each.

Every message is a sentence for a person: what happened, to which record, and
what to do. Nothing secret may be put into one, since it is stored and shown.
"""


class ConnectorError(Exception):
    """Base of all errors that a connector may raise.

    :param str message: a sentence for the user, free of secrets.
    :param datetime.datetime until: naive UTC time from which calls are allowed, when
        the books tell; the engine waits by itself where they do not.
    """

    kind = "retryable"

    def __init__(self, message, until=None):
        super().__init__(message)
        self.message = message
        self.until = until


class RetryableError(ConnectorError):
    """The network or the ledger failed for a moment: back off and try again.

    When it is raised by a write, nobody knows whether the write happened: the
    engine asks the ledger before it sends anything again.
    """

    kind = "retryable"


class ThrottledError(ConnectorError):
    """The ledger refuses calls for a while; the write did *not* happen."""

    kind = "throttled"


class RejectedError(ConnectorError):
    """The ledger refused the whole call because of its data; nothing was written."""

    kind = "rejected"


class UnauthorisedError(ConnectorError):
    """The ledger does not accept our credentials; a person must reconnect."""

    kind = "unauthorised"


class MisconfiguredError(ConnectorError):
    """A setting is missing or wrong; the message names it."""

    kind = "misconfigured"


class NotSupportedError(MisconfiguredError):
    """The connector was asked for something that its system cannot do."""
