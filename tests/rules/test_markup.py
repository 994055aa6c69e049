"""XML read tag by tag: in order, within bounds, and in time that grows with its length alone."""

from time import process_time
from xml.parsers import expat

import pytest

from sipinter.rules.markup import (
    LONGEST,
    EndTag,
    StartTag,
    UnsafeMarkup,
    cut_pieces,
    iter_markup,
    iter_start_tags,
)


def test_tags_and_texts_come_in_order_without_prefixes() -> None:
    found = list(iter_markup([b"<w:p r:id='7'>Sa", b"ya<b/></w:p>"]))
    assert "".join(mark for mark in found if isinstance(mark, str)) == "Saya"
    assert [mark for mark in found if not isinstance(mark, str)] == [
        StartTag("p", {"r:id": "7"}),
        StartTag("b", {}),
        EndTag("b"),
        EndTag("p"),
    ]
    assert (found[0].attribute("id"), found[0].attribute("x")) == ("7", "")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "xml",
    [
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        b"<a>" + b"<b/>" * 11 + b"</a>",
        b"<a x='" + b"y" * (LONGEST + 200_000) + b"'/>",
        b"<a><!--" + b"y" * (LONGEST + 200_000) + b"--></a>",
    ],
    ids=["document type", "elements", "long tag", "long comment"],
)
def test_what_no_honest_part_has_is_refused(xml: bytes) -> None:
    with pytest.raises(UnsafeMarkup):
        list(iter_start_tags(xml, max_elements=10))


@pytest.mark.parametrize(
    "token", [b"<", b"<a ", b"<a x='", b"<!--", b"<?x ", b"<![CDATA[", b"&", b"<a>", b"]]>"]
)
def test_opening_tokens_without_an_end_cost_no_more_than_their_length(token: bytes) -> None:
    begun = process_time()
    with pytest.raises((UnsafeMarkup, expat.ExpatError)):
        list(iter_markup(cut_pieces(b"<r>" + token * (10_000_000 // len(token)))))
    assert process_time() - begun < 20  # were it the square of the length, it would take hours
