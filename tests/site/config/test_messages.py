"""Every text of the interface has its Indonesian; English is the language of the source."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.conf import settings
from django.utils import translation

from sipinter.cli.language import ROOMS as COMMAND_LINE
from sipinter.cli.language import read_catalogue as read_command_line
from sipinter.site.config.messages import (
    PACKAGE,
    catalogue_path,
    extract_messages,
    is_translated,
    read_catalogue,
    rooms,
)

ROOMS = rooms()
ON_THE_WEB = [room for room in ROOMS if room / "locale" in settings.LOCALE_PATHS]
every_room = pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(PACKAGE)))
PLACE = re.compile(r"%\(\w+\)\w|\{\w+\}")


def entries(room: Path) -> list[Message]:
    """The texts of the room's catalogue."""
    path = catalogue_path(room)
    return [entry for entry in read_catalogue(path) if entry.id] if path.exists() else []


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


@every_room
def test_every_text_of_the_room_is_translated_and_no_translation_is_left_over(room: Path) -> None:
    said = {(entry.id, entry.context) for entry in extract_messages(room) if entry.id}
    known = {(entry.id, entry.context) for entry in entries(room) if is_translated(entry) and not entry.fuzzy}
    assert sorted(map(str, said ^ known)) == []


@every_room
def test_translations_keep_the_places_to_fill_in(room: Path) -> None:
    def places(text: str | tuple[str, ...]) -> set[str]:
        return {place for form in forms(text) for place in PLACE.findall(form)}

    assert [entry.id for entry in entries(room) if places(entry.id) != places(entry.string)] == []


def shown_on_the_web(entry: Message) -> str:
    one, *many = forms(entry.id)
    if many:
        return translation.ngettext(one, many[0], 2)
    return translation.pgettext(entry.context, one) if entry.context else translation.gettext(one)


@pytest.mark.parametrize("room", ON_THE_WEB, ids=lambda room: str(room.relative_to(PACKAGE)))
def test_what_the_catalogue_says_is_what_the_page_shows(room: Path) -> None:
    """Neither Django's own catalogues nor another room's come before it."""
    with translation.override("id"):
        shown = {(entry.id, entry.context): shown_on_the_web(entry) for entry in entries(room)}
    assert differing(room, shown) == {}


@pytest.mark.parametrize("name", COMMAND_LINE)
def test_what_the_catalogue_says_is_what_the_command_line_shows(name: str) -> None:
    spoken = read_command_line("id")
    shown = {
        (entry.id, entry.context): spoken.ngettext(*forms(entry.id), 2)
        if isinstance(entry.id, tuple)
        else spoken.gettext(entry.id)
        for entry in entries(PACKAGE / name)
    }
    assert differing(PACKAGE / name, shown) == {}


def differing(room: Path, shown: dict[tuple[object, object], str]) -> dict[object, str]:
    """The texts that are not shown as the room's catalogue has them."""
    wanted = {(entry.id, entry.context): forms(entry.string)[0] for entry in entries(room)}
    return {key: said for key, said in shown.items() if said != wanted[key]}


def test_the_web_leaves_out_the_texts_of_the_command_line_only() -> None:
    assert [room for room in ROOMS if room not in ON_THE_WEB] == [PACKAGE / "cli"]


def test_no_text_stands_outside_the_rooms() -> None:
    """What a file beside the rooms says would have no catalogue."""

    def said(rooms: list[Path]) -> Iterator[object]:
        return (entry.id for room in rooms for entry in extract_messages(room))

    assert set(said([PACKAGE])) <= set(said(ROOMS))


def test_a_text_inside_an_f_string_or_another_text_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(
        'def page():\n    return f"{_(\'one\')}: {x}", _("two {three}", three=str(_("three"))), y("four")\n'
    )
    assert {entry.id for entry in extract_messages(tmp_path) if entry.id} == {"one", "two {three}", "three"}
