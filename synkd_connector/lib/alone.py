# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Work on many at once that one of them must not spoil for the others."""

from .odd import is_beyond


def each_alone(savepoint, members, function, leave_out):
    """Do something with many; what spoils it is found by halving, and left out.

    :param callable savepoint: makes a context that takes back what fails in it.
    :param members: a list, tuple or recordset.
    :param callable function: gets members.
    :param callable leave_out: gets the one that spoils it, and the error.
    :raise Exception: what no member is to blame for, such as a lost connection.
    """
    if not members:
        return
    try:
        with savepoint():
            function(members)
        return
    except Exception as error:
        if is_beyond(error):
            raise
        if len(members) == 1:
            leave_out(members[0], error)
            return
    middle = len(members) // 2
    for half in (members[:middle], members[middle:]):
        each_alone(savepoint, half, function, leave_out)
