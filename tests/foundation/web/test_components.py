"""Every component once, read back as a browser reads it."""

import re

import lxml.html
import pytest
from django.test import Client

pytestmark = [pytest.mark.urls("tests.foundation.web.specimen"), pytest.mark.django_db]


def read(path: str = "/contoh/", language: str = "id") -> lxml.html.HtmlElement:
    response = Client(headers={"accept-language": language}).get(path)
    assert response.status_code == 200
    return lxml.html.fromstring(response.content.decode())


def said(root: lxml.html.HtmlElement, path: str) -> list[str]:
    """Text of every element at an XPath, white space made single."""
    return [" ".join(" ".join(node.itertext()).split()) for node in root.xpath(path)]


@pytest.mark.parametrize("path", ["/contoh/", "/contoh/?faulty", "/akun/login/"])
def test_nothing_needs_an_inline_style_or_script(path):
    source = Client().get(path).content.decode()
    assert not re.search(r'\sstyle="|<style|\son\w+="|<script(?![^>]*\ssrc=)', source)


@pytest.mark.parametrize("path", ["/contoh/", "/contoh/?faulty"])
def test_ids_are_unique_and_what_points_to_them_arrives(path):
    root = read(path)
    ids = root.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))
    wanted = set(root.xpath("//label/@for"))
    for name in ("aria-describedby", "aria-labelledby", "form"):
        wanted |= {part for value in root.xpath(f"//@{name}") for part in value.split()}
    assert wanted <= set(ids)


def test_every_control_has_a_label():
    root = read()
    named = set(root.xpath("//label/@for"))
    controls = root.xpath("//main//input[@type!='hidden'] | //main//select | //main//textarea")
    assert {control.get("id") for control in controls} <= named


def test_faulty_form_says_so_in_the_title_on_top_and_at_each_field():
    root = read("/contoh/?faulty")
    assert root.findtext(".//title").startswith("Kesalahan: ")
    links = root.xpath("//*[@data-error-summary][1]//a")
    assert [link.get("href") for link in links] == [
        "#id_name",
        "#id_email",
        "#id_kind",
        "#id_side",
        "#id_agree",
    ]
    assert {link.get("href")[1:] for link in links} <= set(root.xpath("//@id"))
    assert links[0].text_content() == "Nama: Bidang ini tidak boleh kosong."
    email = root.get_element_by_id("id_email")
    assert email.get("aria-invalid") == "true"
    assert email.get("aria-describedby") == "id_email_error"
    assert email.get("value") == "bukan-alamat"
    assert root.get_element_by_id("id_name").get("aria-describedby") == "id_name_helptext id_name_error"


def test_form_without_faults_has_no_summary():
    root = read()
    assert root.findtext(".//title") == "Contoh komponen · SIPINTER"
    assert root.xpath("//*[@class='error-summary']") == []


def test_optional_fields_are_marked_required_ones_are_not():
    assert said(read(), "//label[@for='id_note' or @for='id_name']") == ["Nama", "Catatan (opsional)"]


def test_choices_are_a_fieldset_with_its_question():
    root = read()
    group = root.get_element_by_id("id_side")
    assert group.tag == "fieldset"
    assert said(group, "./legend") == ["Peran"]
    assert said(group, ".//label") == ["Petugas pengelola", "Tim penilai"]


def test_text_typed_by_people_is_escaped():
    root = read()
    assert root.get_element_by_id("id_alasan").text.removeprefix("\n") == "a <b>"


def test_category_is_a_shape_and_a_word():
    badge = read().xpath("//*[contains(@class, 'category tone-4')]")[0]
    assert badge.xpath(".//path/@d") != []
    assert badge.text_content() == "Sangat Baik"


def test_states_of_different_kinds_differ_in_shape():
    states = read().xpath("//*[@id='kategori']//*[starts-with(@class, 'state ')]")
    shapes = {node.text_content(): node.xpath(".//path/@d")[0] for node in states}
    assert len(states) == 13
    assert (
        len({shapes[label] for label in ("Persiapan", "Pengisian", "Klarifikasi", "Pleno", "Diputuskan")})
        == 5
    )


def test_score_bar_is_as_long_as_the_score():
    svg = read().xpath("//*[@class='score-bar']/*[local-name()='svg']")
    assert [node.xpath("./*[@class='bar-tone']/@width") for node in svg] == [["569.5"], ["0.0"]]
    assert len(svg[0].xpath("./*[@class='bar-tick']")) == 3


def test_unknown_score_is_a_dash():
    assert said(read(), "//*[@class='figure']")[:2] == ["233,5 / 410", "– / 100"]


def test_progress_says_its_figures():
    assert said(read(), "//*[@class='progress-line']") == ["Pengembangan karier 6 / 10", "Kosong 0 / 0"]


def test_deadline_is_marked_when_near_or_past():
    root = read()
    looks = [node.get("class").split() for node in root.xpath("//*[starts-with(@class, 'deadline')]")]
    assert looks == [["deadline"], ["deadline", "deadline-soon"], ["deadline", "deadline-past"], ["deadline"]]
    assert said(root, "//*[@class='deadline deadline-soon']") == ["28 Februari 2026 (3 hari lagi)"]


def test_button_that_may_not_be_pressed_says_why():
    button = read().xpath("//button[@disabled]")[0]
    assert button.getnext().text_content() == "Tiga subaspek belum dijawab."
    assert button.get("data-x") == "1"


def test_pages_around_the_present_one():
    lists = read().xpath("//ul[@class='pages']")
    assert [said(node, "./li") for node in lists] == [
        ["Sebelumnya", "Halaman 1", "…", "Halaman 5", "6", "Halaman 7", "…", "Halaman 15", "Berikutnya"],
        ["1", "Halaman 2", "…", "Halaman 15", "Berikutnya"],
    ]
    assert lists[0].xpath("./li[1]/a/@href") == ["?q=kota&page=5"]


def test_sorted_column_is_announced_and_turns_round():
    heads = read().xpath("//th[a]")
    assert [(head.get("aria-sort"), head.find("a").get("href")) for head in heads[:2]] == [
        ("ascending", "?q=a&sort=-name"),
        ("descending", "?sort=score"),
    ]


def test_file_row_tells_kind_size_and_date():
    assert said(read(), "//li[@class='file'][1]//*[@class='small muted']") == [
        "PDF · 1,2 MB · 12 Januari 2026 · dipakai juga di 4.2"
    ]


def test_conflict_shows_both_versions():
    assert said(read(), "//*[@class='conflict-side']") == [
        "Versi Anda, belum disimpan Level 3",
        "Versi tersimpan oleh B. Santosa Level 2",
    ]


def test_message_of_the_last_request_is_announced():
    assert said(read("/contoh/?message"), "//*[@class='messages']/*[@role='status']") == ["Jawaban disimpan."]


def test_frame_of_the_page():
    root = read()
    assert root.get("lang") == "id"
    assert said(root, "//a[@class='skip']") == ["Langsung ke isi"]
    assert root.xpath("//a[@class='skip']/@href") == ["#main"]
    assert len(root.xpath("//h1")) == 1
    assert root.xpath("//link[@rel='preload']/@href") == ["/static/build/fonts/plus-jakarta-sans-latin.woff2"]
    links = ["Daftar hasil", "Verifikasi dokumen", "Instrumen"]
    assert said(root, "//nav[@class='nav-wide']//a") == links
    assert said(root, "//details[contains(@class, 'nav-narrow')]//a") == links


def test_frame_in_english():
    root = read(language="en")
    assert root.get("lang") == "en"
    assert said(root, "//nav[@class='nav-wide']//a") == ["Register", "Verify a document", "Instruments"]
