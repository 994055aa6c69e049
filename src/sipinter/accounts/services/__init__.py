"""What people do with accounts: invite, accept, change a team, keep one's own profile."""

from .factors import remove_second_factor
from .invitations import (
    Invited,
    accept,
    accept_with_account,
    account_of,
    invite,
    open_invitation,
    resend,
    revoke,
)
from .memberships import change_scope, end_membership, sign_out_everywhere
from .people import change_name, change_preferences, create_administrator

__all__ = [
    "Invited",
    "accept",
    "accept_with_account",
    "account_of",
    "change_name",
    "change_preferences",
    "change_scope",
    "create_administrator",
    "end_membership",
    "invite",
    "open_invitation",
    "remove_second_factor",
    "resend",
    "revoke",
    "sign_out_everywhere",
]
