"""What search engines are asked to leave alone."""

from itertools import chain

from sipinter.foundation.registries.slots import Slot

PRIVATE_PATHS: Slot[tuple[str, ...]] = Slot("beginnings of addresses that no search engine reads")
PRIVATE_PATHS.put(0, ("/akun/",))


def robots_text() -> str:
    """The file /robots.txt."""
    lines = [f"Disallow: {path}" for path in chain.from_iterable(PRIVATE_PATHS.parts())]
    return "\n".join(["User-agent: *", *lines, ""])
