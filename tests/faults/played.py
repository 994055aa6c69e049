"""A round of one among several agencies."""

from sipinter.assessment.record.models import Cycle
from sipinter.foundation.accounts.models import User
from sipinter.foundation.agencies.models import Agency
from tests.assessment.round import OLD, Round


class Played(Round):
    """A `Round` in a cycle that other agencies take part in as well."""

    def __init__(self, agency: Agency, users: dict[str, User], cycle: Cycle) -> None:
        self.instrument_id, self.agency_name = OLD, agency.name
        self.users, self.agency, self.cycle = users, agency, cycle
        self.assessment = self.fresh()
