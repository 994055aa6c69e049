"""Every text of the interface has its Indonesian; English is the language of the source."""

from pathlib import Path

import pytest
from django.utils import translation

from sipinter.site.config.messages import PACKAGE, catalogue_path, extract_messages, read_catalogue, rooms

ROOMS = rooms()


def translated(room: Path) -> set[str | tuple[str, ...]]:
    path = catalogue_path(room)
    if not path.exists():
        return set()
    catalog = read_catalogue(path)
    texts = {m.id: m.string if isinstance(m.string, tuple) else (m.string,) for m in catalog if not m.fuzzy}
    return {message for message, forms in texts.items() if all(forms)}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(PACKAGE)))
def test_every_text_of_the_room_is_translated(room: Path) -> None:
    wanted = {message.id for message in extract_messages(room) if message.id}
    assert sorted(map(str, wanted - translated(room))) == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(PACKAGE)))
def test_what_the_catalogue_says_is_what_the_page_shows(room: Path) -> None:
    """Neither Django's own catalogues nor another room's come before it."""
    path = catalogue_path(room)
    if not path.exists():
        pytest.skip("no texts")
    entries = [m for m in read_catalogue(path) if m.id and isinstance(m.id, str)]
    with translation.override("id"):
        shown = {
            m.id: translation.pgettext(m.context, m.id) if m.context else translation.gettext(m.id)
            for m in entries
        }
    assert {m.id: shown[m.id] for m in entries if shown[m.id] != m.string} == {}


def test_no_text_stands_outside_the_rooms() -> None:
    """What a file beside the rooms says would have no catalogue."""
    inside = {message.id for room in ROOMS for message in extract_messages(room)}
    assert {message.id for message in extract_messages(PACKAGE)} <= inside
