"""Database and evidence in one file, and back, on either engine. docs/operations.md says how to use it."""

from .archive import Damaged, Refusal
from .make import Made, make
from .restore import Restored, restore

__all__ = ["Damaged", "Made", "Refusal", "Restored", "make", "restore"]
