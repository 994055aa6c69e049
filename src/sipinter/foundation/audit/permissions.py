"""Who makes checkpoints of the audit trail."""

from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.permissions import predicate
from sipinter.foundation.access.roles import Role

predicate(
    "audit.make_checkpoint",
    only=(Role.ADMINISTRATOR,),
    otherwise=lazy("Only the national administrator makes a checkpoint of the audit trail."),
    despite_ties="A checkpoint is of every chain at once and changes none.",
)
predicate(
    "audit.rotate_key",
    only=(Role.ADMINISTRATOR,),
    otherwise=lazy("Only the national administrator closes what an earlier key sealed."),
    despite_ties="A change of key is of every chain at once and changes no event.",
)
