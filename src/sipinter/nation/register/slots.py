"""What the public register puts into the pages under it."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.web.nav import PUBLIC_HEAD, SIGNED_IN_HEAD, NavEntry

PUBLIC_HEAD.put(10, NavEntry(_("Register"), "national:register"))
PUBLIC_HEAD.put(30, NavEntry(_("Verify a document"), "national:verify"))
PUBLIC_HEAD.put(40, NavEntry(_("Instruments"), "national:instruments"))
SIGNED_IN_HEAD.put(90, NavEntry(_("Register"), "national:register"))
