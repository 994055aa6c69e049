"""What the plenary puts into the pages under it."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.roles import MEETING_ROLES
from sipinter.foundation.web.nav import SIGNED_IN_HEAD, NavEntry
from sipinter.foundation.web.robots import PRIVATE_PATHS

SIGNED_IN_HEAD.put(40, NavEntry(_("Plenary"), "decisions:plenary", MEETING_ROLES))
PRIVATE_PATHS.put(40, ("/pleno/",))
