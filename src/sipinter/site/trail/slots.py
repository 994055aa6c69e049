"""What the audit trail puts into the pages under it."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.roles import LEADING_ROLES, Role
from sipinter.foundation.web.nav import SIGNED_IN_HEAD, NavEntry
from sipinter.foundation.web.robots import PRIVATE_PATHS

SIGNED_IN_HEAD.put(80, NavEntry(_("Audit trail"), "trail:list", LEADING_ROLES | {Role.AUDITOR}))
PRIVATE_PATHS.put(70, ("/jejak-audit/",))
