# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses that something secret may be sent to."""

import ipaddress
import os
from urllib.parse import quote, urlsplit

# Set where a simulator runs on this machine: tests and the demo.
LOOPBACK_OPTION = "SYNKD_ALLOW_LOOPBACK"
# Set where the books are on a network of one's own.
PRIVATE_OPTION = "SYNKD_ALLOW_PRIVATE"

# What is wrong with an address; the sentences are in the connectors' const.py.
NO_ADDRESS = "no_address"
NO_HTTPS = "no_https"
PORT = "port"
PRIVATE = "private"


def find_problem(url, ports=False):
    """Return what keeps a base address from being used, or None.

    A base address is a scheme and a host: nothing that is read before the host, after
    it, or by one reader of addresses but not by another.

    :param str url: as a person typed it.
    :param bool ports: books of this kind may listen on a port of their own.
    :return: NO_ADDRESS, NO_HTTPS, PORT or PRIVATE.
    :rtype: str
    """
    url = url or ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return NO_ADDRESS
    odd = any(not "!" <= letter <= "~" for letter in url) or set(url) & set('\\@?#"<>')
    if odd or not host or parts.path.strip("/"):
        return NO_ADDRESS
    is_ours = is_loopback(host) and is_option_set(LOOPBACK_OPTION)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_ours):
        return NO_HTTPS
    if port is not None and not (ports or is_ours):
        return PORT
    return None if is_reachable(host) else PRIVATE


def is_reachable(host):
    """Whether a host may be talked to, as far as its name tells.

    A name may stand for any address: the one that it stood for is asked about once
    more when the connection is there.

    :param str host: a name, or an address as numbers.
    :rtype: bool
    """
    if is_loopback(host):
        return is_option_set(LOOPBACK_OPTION)
    found = _to_ip(host)
    return not found or found.is_global or is_option_set(PRIVATE_OPTION)


def is_loopback(host):
    """Whether a host is this machine.

    :rtype: bool
    """
    found = _to_ip(host)
    return found.is_loopback if found else host.rstrip(".").lower() == "localhost"


def is_option_set(name):
    """Whether an option is set in the environment of the server.

    :param str name: LOOPBACK_OPTION or PRIVATE_OPTION.
    :rtype: bool
    """
    return os.environ.get(name) == "1"


def _to_ip(host):
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    # ::ffff:127.0.0.1 reaches 127.0.0.1.
    return getattr(found, "ipv4_mapped", None) or found


def part(value):
    """Return one part of a path: whatever is in it stays in that part.

    :param str value: such as an id that somebody else gave.
    :rtype: str
    """
    text = quote(str(value), safe="", errors="replace")
    return text if text.strip(".") else text.replace(".", "%2E")
