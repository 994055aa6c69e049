"""What an agency's self-assessment puts into the pages under it."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.roles import ASSESSMENT_ROLES
from sipinter.foundation.web.nav import SIGNED_IN_HEAD, NavEntry
from sipinter.foundation.web.robots import PRIVATE_PATHS

SIGNED_IN_HEAD.put(20, NavEntry(_("Assessment"), "selfassessment:current", ASSESSMENT_ROLES))
PRIVATE_PATHS.put(15, ("/penilaian/",))
