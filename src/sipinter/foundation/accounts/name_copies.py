"""Columns that hold a person's name as it was when something was written; erasing the person blanks them.

Each room states its own beside `recorded.py`. What an act of state says by law of whoever made it (decisions,
meetings of the plenary, panels) is none of them: docs/privacy.md.
"""

from dataclasses import dataclass

from django.db import models

from sipinter.foundation.work.models import Job


@dataclass(frozen=True)
class NameCopy:
    """A table with the column of the person and the one of the name."""

    model: type[models.Model]
    person: str
    name: str

    def blank(self, user_id: int, label: str) -> int:
        """Put `label` in the place of the name wherever the person stands; how many rows."""
        return self.model._default_manager.filter(**{self.person: user_id}).update(**{self.name: label})


NAME_COPIES = [NameCopy(Job, "by_id", "by_name")]


def name_copy(model: type[models.Model], person: str, name: str) -> None:
    """State that the column `name` of `model` holds the name of the person in `person`."""
    NAME_COPIES.append(NameCopy(model, person, name))
