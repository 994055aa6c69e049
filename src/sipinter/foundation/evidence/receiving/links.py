"""Addresses given as evidence. They are shown, never fetched."""

import ipaddress
import re
from urllib.parse import quote, urlsplit, urlunsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LENGTH = 500
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\\]")
_LABEL = re.compile(r"^(?!-)[a-z0-9-]{1,63}(?<!-)$")
_NUMBER = re.compile(r"^(0x[0-9a-f]*|[0-9]+)$")
_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion")
_KEPT = "/?#[]@!$&'()*+,;=:%~-._"


class BadLink(ValueError):
    """The address is not taken; `sentence` says why."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def clean_link(address: str) -> str:
    """The address in plain ASCII, fit to be shown and followed. BadLink when it is not taken."""
    address = address.strip()
    if len(address) > LENGTH:
        raise BadLink(_("The address is longer than 500 characters. Use a shorter one."))
    if not address or _UNSEEN.search(address):
        raise BadLink(
            _("Write the whole address without spaces or hidden characters, beginning with https://")
        )
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise BadLink(_("This is not a complete web address.")) from None
    if parts.scheme not in {"http", "https"}:
        raise BadLink(_("Only addresses that begin with https:// or http:// are taken."))
    if parts.username is not None or parts.password is not None:
        raise BadLink(_("An address with a user name or password in it is not taken. Remove them."))
    host = public_host(parts.hostname or "")
    place = host if port is None else f"{host}:{port}"
    path, query, fragment = (
        quote(part, safe=_KEPT) for part in (parts.path or "/", parts.query, parts.fragment)
    )
    plain = urlunsplit((parts.scheme, place, path, query, fragment))
    if len(plain) > LENGTH:
        raise BadLink(_("The address is longer than 500 characters. Use a shorter one."))
    return plain


def public_host(host: str) -> str:
    """The host name in ASCII; BadLink for numbers, names of the inside and what is no name at all."""
    host = host.rstrip(".").lower()
    if is_ip_address(host):
        raise BadLink(_("An address made of numbers is not taken. Use the site's name."))
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadLink(_("This is not a complete web address.")) from None
    labels = plain.split(".")
    if len(labels) < 2 or labels[-1] in _INSIDE:
        raise BadLink(_("This address works only inside a network. Use one that the verifier can open."))
    if len(plain) > 253 or not all(_LABEL.match(label) for label in labels) or _NUMBER.match(labels[-1]):
        raise BadLink(_("This is not a complete web address."))
    return plain


def is_ip_address(host: str) -> bool:
    """True for IP addresses in any of the ways in which browsers read them (10.0.0.1, 0x7f.1, 2130706433)."""
    if host and all(_NUMBER.match(label) for label in host.split(".")):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def link_title(address: str) -> str:
    """The address without its scheme and last slash, as a title."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}".rstrip("/")
