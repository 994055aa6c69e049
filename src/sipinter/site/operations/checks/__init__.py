"""`sipinter check`: what is unsafe or missing. A check is a function, listed here."""

from collections.abc import Iterator

from ..finding import Check, Finding
from . import backups, cluster, dependencies, reader, sign_in, signing_key, site

# What any installation needs; the rest is for production.
ALWAYS: tuple[Check, ...] = (
    dependencies.check_database,
    dependencies.check_migrations,
    dependencies.check_storage,
    dependencies.check_cache,
)
PRODUCTION: tuple[Check, ...] = (
    site.check_demonstration,
    site.check_secret_key,
    site.check_audit_key,
    site.check_base_url,
    site.check_hosts,
    site.check_proxy,
    site.check_issuer,
    site.check_static_files,
    site.check_log_level,
    site.check_time_zone,
    cluster.check_shared_database,
    cluster.check_shared_storage,
    cluster.check_shared_cache,
    sign_in.check_second_factor,
    sign_in.check_duties,
    sign_in.check_mail_settings,
    sign_in.check_sign_in_service,
    signing_key.check_signing_key,
    backups.check_backup_protection,
    backups.check_backup_drill,
    reader.check_reader_sandbox,
    dependencies.check_mail_server,
    dependencies.check_virus_scanner,
    dependencies.check_workers,
    dependencies.check_waiting_files,
    dependencies.check_checkpoint_folder,
    dependencies.check_checkpoint_places,
    dependencies.check_database_role,
    dependencies.check_person_keys,
    dependencies.check_clock,
    site.check_django,
)


def run_checks(*, production: bool) -> Iterator[Finding]:
    """Everything that is found, in the order of the checks."""
    for check in (*ALWAYS, *(PRODUCTION if production else ())):
        yield from check()
