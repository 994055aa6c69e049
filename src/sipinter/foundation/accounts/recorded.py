"""What of this room's tables the audit trail vouches for."""

from sipinter.foundation.audit.rows import record_table

from .models import Membership

record_table(Membership, "user_id", "agency_id", "role", "scope", "unit", "started_at", "ended_at")
