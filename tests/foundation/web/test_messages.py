"""Sentences of the rules and the arithmetic of staff on pages."""

import pytest
from django.utils.translation import override

from sipinter.foundation.web.messages import translate_message
from sipinter.rules.messages import Message


def valid_for(count: int) -> Message:
    one, many = "assessed on {day}; valid for {count} year", "assessed on {day}; valid for {count} years"
    return Message.plural(one, many, day="2026-01-31", count=count)


@pytest.mark.parametrize(
    ("language", "count", "shown"),
    [
        ("en", 1, "assessed on 2026-01-31; valid for 1 year"),
        ("en", 3, "assessed on 2026-01-31; valid for 3 years"),
        ("id", 1, "dinilai pada 2026-01-31; berlaku 1 tahun"),
        ("id", 3, "dinilai pada 2026-01-31; berlaku 3 tahun"),
    ],
)
def test_a_sentence_that_counts_has_its_form_in_the_readers_language(
    language: str, count: int, shown: str
) -> None:
    message = valid_for(count)
    with override(language):
        assert translate_message(message) == shown
    assert message == f"assessed on 2026-01-31; valid for {count} year{'s' if count > 1 else ''}"


def test_a_sentence_inside_another_is_translated_with_it() -> None:
    message = Message(
        "{what}: “{value}” is not {form}", what="umur", value="x", form=Message("a whole number")
    )
    with override("id"):
        assert translate_message(message) == "umur: “x” bukan bilangan bulat"
