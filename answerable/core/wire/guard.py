"""The private-network guard: a source or a web address from outside must not reach into our own network.

The name is resolved once, its addresses are judged, and the connection goes to the judged address itself. A second
look-up, which an attacker's name server could answer differently (DNS rebinding), never happens.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings

from answerable.core.wire.failures import Guarded, NoAnswer

_NAT64 = ip_network("64:ff9b::/96")


def connect(host: str, port: int, *, timeout: float, allow_private: bool = False) -> socket.socket:
    """A connection to the first allowed address that takes one. Raises `Guarded` or `NoAnswer(sent=False)`."""
    why = ""
    for address in addresses(host, port, allow_private=allow_private):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            why = error.strerror or "time-out"
    raise NoAnswer(f"{host} did not accept a connection on port {port} ({why}).")


def addresses(host: str, port: int, *, allow_private: bool = False) -> tuple[str, ...]:
    """The addresses of `host` that may be called, in the resolver's order. Raises `Guarded` when none may."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(f"The name {host or '(empty)'} is not known to the name servers.") from error
    texts = dict.fromkeys(str(entry[4][0]) for entry in found)
    allowed = tuple(text for text in texts if allow_private or is_open(text))
    if not allowed:
        raise Guarded(host)
    return allowed


def is_open(text: str) -> bool:
    """Is this a public address, or in a network that the settings allow?"""
    address = _inner(ip_address(text.partition("%")[0]))
    if any(address in ip_network(network) for network in settings.ANSWERABLE_PRIVATE_NETWORKS):
        return True
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or site_local)


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address carries, where it does: RFC 4291 2.5.5.2, RFC 3056, RFC 6052."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
