"""Whom a step of the workflow concerns, and telling them."""

from collections.abc import Iterable

from django.urls import reverse

from sipinter.accounts.models import User
from sipinter.accounts.notify import notify
from sipinter.accounts.roles import Role

from ..models import Assessment


def people(assessment: Assessment, *roles: Role) -> list[User]:
    """Active people of the agency who hold one of `roles`."""
    return list(
        User.objects.filter(
            is_active=True,
            memberships__agency_id=assessment.agency_id,
            memberships__role__in=roles,
            memberships__ended_at__isnull=True,
        ).distinct()
    )


def supervisors(*roles: Role) -> list[User]:
    """Active people of the supervising body who hold one of `roles`."""
    return list(
        User.objects.filter(
            is_active=True, memberships__role__in=roles, memberships__ended_at__isnull=True
        ).distinct()
    )


def tell(
    users: Iterable[User], assessment: Assessment, subject: str, body: str = "", *, desk: bool = False
) -> None:
    """Notify `users` with a link to the workspace, or to the desk."""
    name = "assessments:desk_overview" if desk else "assessments:workspace"
    notify(users, subject=f"{subject} · {assessment}", body=body, path=reverse(name, args=[assessment.pk]))
