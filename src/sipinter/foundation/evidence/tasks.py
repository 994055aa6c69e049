"""Has the room's tasks known; each stands beside what it does."""

from .scanning import services as scanning_services  # noqa: F401
from .texts import services as texts_services  # noqa: F401
from .tus import services as tus_services  # noqa: F401
