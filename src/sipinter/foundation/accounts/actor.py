"""The actor for a signed-in person, for a job that somebody started, and for a task."""

from django.conf import settings
from django.utils import timezone

from sipinter.foundation.access.actor import Actor, AgencyTie, Grant, system_actor
from sipinter.foundation.access.roles import AGENCY_ROLES
from sipinter.foundation.work.models import Cause, Job

from .models import Membership, User


def actor_of(user: User, *, second_factor: bool = False) -> Actor:
    """The actor for a signed-in user, with current grants and ties (one query).

    Without `second_factor` the roles in MFA_REQUIRED_ROLES are withheld.
    """
    locked = frozenset() if second_factor else frozenset(settings.MFA_REQUIRED_ROLES)
    # Columns, not rows as models: this is asked at every request.
    ever = Membership.objects.filter(user=user).values_list(
        "ended_at", "role", "agency_id", "agency__name", "scope", "agency__regional_office", "unit"
    )
    grants, withheld, ties = [], set(), []
    for ended, role, agency_id, name, scope, office, unit in ever:
        if role in AGENCY_ROLES:
            ties.append(AgencyTie(agency_id, timezone.localdate(ended) if ended else None))
        if ended is None and role in locked:
            withheld.add(role)
        elif ended is None:
            grants.append(Grant(role, agency_id, name, tuple(scope), office, unit))
    return Actor(
        user.pk,
        user.name,
        tuple(grants),
        second_factor=second_factor,
        withheld=frozenset(withheld),
        ties=tuple(ties),
    )


def actor_of_job(job: Job) -> Actor:
    """Who started the job, with their grants of now; the second factor was asked for at the start."""
    return system_actor(job.by_name) if job.by is None else actor_of(job.by, second_factor=True)


def system_actor_for(cause: Cause) -> Actor:
    """The system in a task, on behalf of the person who caused it, if any."""
    return system_actor(on_behalf_of=Actor(cause.by.pk, cause.by.name) if cause.by else None)
