"""Stems, passages and marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipinter.foundation.evidence.texts.search_words import (
    PASSAGE,
    best_passage,
    index_words,
    mark_terms,
    search_terms,
    split_words,
    stem,
)

FAMILIES = """penetapan ditetapkan menetapkan tetap penetapannya
rencana perencanaan direncanakan merencanakan
butuh kebutuhan dibutuhkan membutuhkan
kelola pengelolaan dikelola mengelola pengelola
pelaksanaan dilaksanakan melaksanakan
penilaian dinilai menilai nilai
peraturan diatur mengatur aturan
keputusan memutuskan putusan
penyusunan disusun menyusun tersusun
pengawas pengawasan mengawasi
berlaku pemberlakuan diberlakukan
pendidikan mendidik didik
peta pemetaan dipetakan memetakan
penugasan tugas ditugaskan
pengembangan mengembangkan dikembangkan berkembang
muat memuat termuat""".splitlines()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_forms_of_a_word_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


def test_families_stay_apart() -> None:
    assert len({stem(family.split()[0]) for family in FAMILIES}) == len(FAMILIES)


@given(st.text())
def test_any_text_can_be_indexed_and_is_found_by_its_own_words(text: str) -> None:
    held = index_words(text)
    assert all(f" {term} " in held for term in search_terms(text))
    assert "".join(piece for piece, _hit in mark_terms(text, search_terms(text))) == text


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=40))
def test_a_stem_is_never_empty_nor_longer(word: str) -> None:
    assert len(stem(word)) <= len(word)
    assert bool(stem(word)) == bool(word)


@given(st.text(), st.text())
def test_a_passage_is_short_and_of_the_text(text: str, wanted: str) -> None:
    found = best_passage(text, dict.fromkeys(search_terms(wanted), 1.0))
    assert len(found) <= PASSAGE
    assert set(split_words(found)) <= set(split_words(text)) or len(text) > PASSAGE


def test_the_weightier_sentence_is_taken_and_its_words_marked() -> None:
    text = "Rapat dibuka pukul sembilan. Bupati menetapkan rencana suksesi. Rencana makan siang."
    weights = dict.fromkeys(search_terms("penetapan rencana suksesi"), 1.0)
    found = best_passage(text, weights)
    assert found == "Bupati menetapkan rencana suksesi."
    assert [piece for piece, hit in mark_terms(found, weights) if hit] == ["menetapkan", "rencana", "suksesi"]
