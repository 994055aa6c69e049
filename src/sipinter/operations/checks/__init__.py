"""`sipinter check`: what is unsafe or missing. A check is a function, listed here."""

from collections.abc import Iterator

from ..finding import Check, Finding
from . import keys, nodes, people, places, site

# What any installation needs; the rest is for production.
ALWAYS: tuple[Check, ...] = (
    places.database_answers,
    places.migrations,
    places.storage_answers,
    places.cache_answers,
)
PRODUCTION: tuple[Check, ...] = (
    site.demonstration,
    site.secret_key,
    site.address,
    site.hosts,
    site.proxy,
    site.issuer,
    site.static_files,
    site.log_level,
    site.time_zone,
    nodes.database,
    nodes.files,
    nodes.cache,
    people.second_factor,
    people.mail,
    people.sign_in_service,
    keys.signing,
    places.mail_answers,
    places.scanner_answers,
    places.workers,
    places.checkpoints,
    places.clock,
    site.own_checks_of_django,
)


def findings(*, production: bool) -> Iterator[Finding]:
    """Everything that is found, in the order of the checks."""
    for check in (*ALWAYS, *(PRODUCTION if production else ())):
        yield from check()


__all__ = ["ALWAYS", "PRODUCTION", "Check", "Finding", "findings"]
