"""Who keeps the register of agencies."""

from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.permissions import predicate
from sipinter.foundation.access.roles import Role

predicate(
    "agencies.keep",
    only=(Role.ADMINISTRATOR,),
    otherwise=lazy("Only the national administrator keeps the register of agencies."),
    despite_ties="Names and codes of every agency; it judges nothing.",
)
