"""What the rounds put into the pages under them."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.roles import Role
from sipinter.foundation.web.nav import SIGNED_IN_HEAD, NavEntry
from sipinter.foundation.web.robots import PRIVATE_PATHS

SIGNED_IN_HEAD.put(60, NavEntry(_("Rounds"), "record:cycles", (Role.ADMINISTRATOR,)))
PRIVATE_PATHS.put(20, ("/penilaian-putaran/",))
