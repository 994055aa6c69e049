"""What the plenary's decisions say to the rooms above them."""

from sipinter.assessment.record.models import Decision, Meeting, PublicationRequest
from sipinter.foundation.registries.announcements import Announcement

DECIDED: Announcement[Decision] = Announcement("an assessment has been decided")
CORRECTED: Announcement[Decision] = Announcement("a decision has been replaced by a new one")
CONFIRMED: Announcement[PublicationRequest] = Announcement("a second person has confirmed a publication")
CLOSED: Announcement[Meeting] = Announcement("a meeting of the plenary has been closed")
