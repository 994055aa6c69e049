"""Every text of the interface has its Indonesian; English is the language of the source."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from sipinter.site.config.messages import PACKAGE, extract_messages

ROOMS = sorted(path for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


def translated(room: Path) -> set[str | tuple[str, ...]]:
    path = room / "locale/id/LC_MESSAGES/django.po"
    if not path.exists():
        return set()
    with path.open("rb") as source:
        catalog = read_po(source, locale="id")
    texts = {m.id: m.string if isinstance(m.string, tuple) else (m.string,) for m in catalog if not m.fuzzy}
    return {message for message, forms in texts.items() if all(forms)}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_text_of_the_room_is_translated(room: Path) -> None:
    wanted = {message.id for message in extract_messages(room) if message.id}
    assert sorted(map(str, wanted - translated(room))) == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_what_the_catalogue_says_is_what_the_page_shows(room: Path) -> None:
    """Neither Django's own catalogues nor another room's come before it."""
    path = room / "locale/id/LC_MESSAGES/django.po"
    if not path.exists():
        pytest.skip("no texts")
    with path.open("rb") as source:
        entries = [m for m in read_po(source, locale="id") if m.id and isinstance(m.id, str)]
    with translation.override("id"):
        shown = {
            m.id: translation.pgettext(m.context, m.id) if m.context else translation.gettext(m.id)
            for m in entries
        }
    assert {m.id: shown[m.id] for m in entries if shown[m.id] != m.string} == {}
