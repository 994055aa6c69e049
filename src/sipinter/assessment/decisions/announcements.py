"""What the plenary's decisions say to the rooms above them."""

from sipinter.assessment.record.models import Decision
from sipinter.foundation.registries.announcements import Announcement

DECIDED: Announcement[Decision] = Announcement("an assessment has been decided")
CORRECTED: Announcement[Decision] = Announcement("a decision has been replaced by a new one")
