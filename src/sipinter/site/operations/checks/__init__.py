"""`sipinter check`: what is unsafe or missing. A check is a function, listed here."""

from collections.abc import Iterator

from . import dependencies, keys, nodes, people, site
from .finding import Check, Finding

# What any installation needs; the rest is for production.
ALWAYS: tuple[Check, ...] = (
    dependencies.database_answers,
    dependencies.migrations,
    dependencies.storage_answers,
    dependencies.cache_answers,
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
    dependencies.mail_answers,
    dependencies.scanner_answers,
    dependencies.workers,
    dependencies.checkpoints,
    dependencies.clock,
    site.own_checks_of_django,
)


def findings(*, production: bool) -> Iterator[Finding]:
    """Everything that is found, in the order of the checks."""
    for check in (*ALWAYS, *(PRODUCTION if production else ())):
        yield from check()


__all__ = ["ALWAYS", "PRODUCTION", "Check", "Finding", "findings"]
