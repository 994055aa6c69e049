"""What the recommendations put into the pages under them."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.roles import ASSESSMENT_ROLES
from sipinter.foundation.web.nav import SIGNED_IN_HEAD, NavEntry

SIGNED_IN_HEAD.put(50, NavEntry(_("Recommendations"), "followup:list", ASSESSMENT_ROLES))
