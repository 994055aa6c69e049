"""What the statistics put into the pages under them."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.web.nav import PUBLIC_HEAD, NavEntry

PUBLIC_HEAD.put(20, NavEntry(_("Statistics"), "national:statistics"))
