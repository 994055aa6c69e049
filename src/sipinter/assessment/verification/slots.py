"""What the verification desk puts into the pages under it."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.roles import OVERSIGHT_ROLES, Role
from sipinter.foundation.web.nav import SIGNED_IN_HEAD, NavEntry
from sipinter.foundation.web.robots import PRIVATE_PATHS

SIGNED_IN_HEAD.put(30, NavEntry(_("Queue"), "verification:queue", OVERSIGHT_ROLES | {Role.REGIONAL_OFFICE}))
PRIVATE_PATHS.put(30, ("/desk/",))
