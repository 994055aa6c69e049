import pytest

from sipinter.foundation.web.numbers import parse_small_int


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("999999999", 999_999_999)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert parse_small_int(text, -1) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1.0", "1e3", "²", "٣", "1000000000"])
def test_anything_else_is_none(text: str) -> None:
    assert parse_small_int(text, -1) == -1
    assert parse_small_int(text, None) is None
