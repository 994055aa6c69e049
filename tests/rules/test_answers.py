"""Files of answers: what is read, and what is refused at which row and column."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from sipinter.rules.answers import Answers, read_answers
from sipinter.rules.model import Instrument
from sipinter.rules.sheet import AnswersError, cell_address
from sipinter.rules.sheets import MAX_BYTES

from .samples import build

HEADINGS = ["indicator", "level", "effort"]


def faults(instrument: Instrument, content: bytes | str) -> list[str]:
    data = content.encode() if isinstance(content, str) else content
    with pytest.raises(AnswersError) as caught:
        read_answers(data, instrument, name="jawaban.csv")
    return [str(fault) for fault in caught.value.faults]


def workbook(rows: list[list[object]], change=lambda book, sheet: None) -> bytes:
    """An XLSX file with these rows; `change` may do more to it."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("Jawaban")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    change(book, sheet)
    book.close()
    return target.getvalue()


def test_levels_gates_and_efforts_are_read(small_sum: Instrument) -> None:
    content = "indicator,level,effort\n1.1,3,2.5\n\n1.2,,\nG.jenis,Daerah\n2.10,1,\n"
    assert read_answers(content.encode(), small_sum) == Answers(
        {"1.1": 3, "1.2": None, "2.10": 1}, {"G.jenis": "daerah"}, {"1.1": Decimal("2.5")}
    )


@pytest.mark.parametrize(
    "content",
    [
        b"indicator,level\r\n1.1,2\r\n",
        b"\xef\xbb\xbfindicator;level\n1.1;2\n",
        b"indicator\tlevel\n1.1\t2\n",
        b'"Indicator";"LEVEL";"note"\n"1.1";" 2 ";"a;b"\n',
        b"\n\nlevel,indicator\n2,1.1",
    ],
)
def test_the_csv_of_different_programs_is_read(small_sum: Instrument, content: bytes) -> None:
    assert read_answers(content, small_sum).levels == {"1.1": 2}


def test_a_decimal_comma_is_understood_where_the_separator_is_a_semicolon(small_sum: Instrument) -> None:
    answers = read_answers(b"indicator;level;effort\n1.1;2;1,5\n", small_sum)
    assert answers.efforts == {"1.1": Decimal("1.5")}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("9.9,1", "row 2, column indicator: unknown code “9.9”"),
        (",1", "row 2, column indicator: the code is missing"),
        ("1.1,4", "row 2, column level: level 4 is outside 1 to 3"),
        ("1.1,0", "row 2, column level: level 0 is outside 1 to 3"),
        ("1.1,-1", "row 2, column level: level -1 is outside 1 to 3"),
        ("1.1,2.5", "row 2, column level: level 2.5 is not a whole number"),
        ("1.1,2.0", "row 2, column level: level 2.0 is not a whole number"),
        ("1.1,dua", "row 2, column level: “dua” is not a level"),
        ("1.1,1e0", "row 2, column level: “1e0” is not a level"),
        ("1.1,٣", "row 2, column level: “٣” is not a level"),
        ("1.1,99999999999", "row 2, column level: level 99999999999 is outside 1 to 3"),
        ("G.jenis,desa", "row 2, column level: “desa” is not one of: pusat, daerah"),
        ("G.jenis,pusat,2", "row 2, column effort: a gate takes no effort"),
        ("1.1,2,0", "row 2, column effort: “0” is not a figure above 0"),
        ("1.1,2,-1", "row 2, column effort: “-1” is not a figure above 0"),
        ("1.1,2,mahal", "row 2, column effort: “mahal” is not a figure above 0"),
        ("1.1,2,1,5", "row 2, column 4: value without a heading"),
    ],
)
def test_a_wrong_row_is_named_with_its_column(small_sum: Instrument, row: str, expected: str) -> None:
    assert faults(small_sum, f"indicator,level,effort\n{row}\n") == [expected]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ["row 1, column 1: the file is empty"]),
        (" \n\n", ["row 1, column 1: the file is empty"]),
        (",,\n,,\n", ["row 1, column 1: the file is empty"]),
        ("\ufeff", ["row 1, column 1: the file is empty"]),
        ("indicator,level\n", ["row 1, column indicator: no answers below the headings"]),
        (
            "1.1,3\n1.2,2\n",
            [
                "row 1, column 1: unknown heading “1.1”; expected: indicator, level, effort, note",
                "row 1, column 2: unknown heading “3”; expected: indicator, level, effort, note",
                "row 1, column indicator: heading “indicator” is missing",
                "row 1, column level: heading “level” is missing",
            ],
        ),
        ("indicator,level,level\n1.1,1,1\n", ["row 1, column level: heading “level” is given twice"]),
        ("indicator\n1.1\n", ["row 1, column level: heading “level” is missing"]),
        ('indicator,level\n"1.1,2\n', ["row 2, column 1: not readable as CSV: unexpected end of data"]),
        (
            b"indicator,level\n1.1,3\n1.2,\xe9\n",
            ["row 3, column 2: wrong encoding; save the file as CSV UTF-8"],
        ),
        (
            "indicator,level\n1.1,3\n".encode("utf-16"),
            ["row 1, column 1: wrong encoding; save the file as CSV UTF-8"],
        ),
        (b"indicator,level\n1.1,\x003\n", ["row 2, column 2: this is not a text file"]),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            ["row 1, column 1: old or password-protected Excel file; save it as plain XLSX or CSV"],
        ),
        (b"%PDF-1.7\n%\xe2\xe3\n", ["row 2, column 1: wrong encoding; save the file as CSV UTF-8"]),
        (b"PK\x03\x04 not a workbook", ["row 1, column 1: the file is not a sound XLSX workbook"]),
        ("indicator,level\n" + "," * 200, ["row 2, column 101: more than 100 columns"]),
        ("indicator,level\n" + "1.1,1\n" * 5000, ["row 5001, column 1: more than 5000 rows"]),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    small_sum: Instrument, content: bytes | str, expected: list[str]
) -> None:
    assert faults(small_sum, content) == expected


def test_an_oversize_file_is_refused_from_bytes_and_from_disk(small_sum: Instrument, tmp_path: Path) -> None:
    path = tmp_path / "besar.csv"
    path.write_bytes(b"indicator,level\n" + b"1" * MAX_BYTES)
    for source in (path, path.read_bytes()):
        with pytest.raises(AnswersError, match="row 1, column 1: the file is larger than 5 MB"):
            read_answers(source, small_sum)


def test_all_faults_are_reported_together(small_sum: Instrument) -> None:
    assert faults(small_sum, "indicator,level\n1.1,3\n1.1,2\n7,1\n2.1,5\n") == [
        "row 3, column indicator: 1.1 is already in row 2",
        "row 4, column indicator: unknown code “7”",
        "row 5, column level: level 5 is outside 1 to 3",
    ]


def test_the_error_gives_one_line_a_fault_with_the_name(small_sum: Instrument) -> None:
    with pytest.raises(AnswersError) as caught:
        read_answers(b"indicator,level\n1.1,9\n8,1\n", small_sum, name="a.csv")
    assert str(caught.value).splitlines() == [
        "a.csv: row 2, column level: level 9 is outside 1 to 3",
        "a.csv: row 3, column indicator: unknown code “8”",
    ]


def test_a_path_that_is_no_file_is_refused(small_sum: Instrument, tmp_path: Path) -> None:
    for path, message in ((tmp_path / "x.csv", "the file does not exist"), (tmp_path, "this is a folder")):
        with pytest.raises(AnswersError, match=message):
            read_answers(path, small_sum)


def test_a_workbook_is_read(small_sum: Instrument) -> None:
    content = workbook([HEADINGS, ["1.1", 3, 1.5], ["1.2", "2"], ["G.jenis", "pusat"], ["2.10", None]])
    assert read_answers(content, small_sum) == Answers(
        {"1.1": 3, "1.2": 2, "2.10": None}, {"G.jenis": "pusat"}, {"1.1": Decimal("1.5")}
    )


def test_a_code_that_excel_turned_into_a_number_is_read_unless_it_may_mean_two(
    small_sum: Instrument,
) -> None:
    assert read_answers(workbook([HEADINGS, [1.1, 3]]), small_sum).levels == {"1.1": 3}
    assert faults(small_sum, workbook([HEADINGS, [2.1, 3], [7.5, 1], [3, 1]])) == [
        "row 2, column indicator (cell A2): the number 2.1 may mean 2.1, 2.10; write it as text",
        "row 3, column indicator (cell A3): unknown code “7.5”",
        "row 4, column indicator (cell A4): unknown code “3”",
    ]


def test_wrong_cells_of_a_workbook_are_named_with_their_addresses(small_sum: Instrument) -> None:
    assert faults(small_sum, workbook([HEADINGS, ["1.1", 2.5], ["1.2", True], [True, 1], ["2.1", 7]])) == [
        "row 2, column level (cell B2): level 2.5 is not a whole number",
        "row 3, column level (cell B3): “True” is not a level",
        "row 4, column indicator (cell A4): write the code as text, not as a date or truth value",
        "row 5, column level (cell B5): level 7 is outside 1 to 3",
    ]


def test_formulas_merged_cells_and_error_values_are_refused(small_sum: Instrument) -> None:
    def change(book, sheet) -> None:
        sheet.write_formula("B2", "=1+2", None, 3)
        sheet.write_formula("C3", "=1/0", None, "#DIV/0!")
        sheet.merge_range("A5:B6", "x")

    assert faults(small_sum, workbook([HEADINGS, ["1.1"], ["1.2", 1]], change)) == [
        "row 2, column 2 (cell B2): formula; write the value itself",
        "row 3, column 3 (cell C3): error value; write the level itself",
        "row 3, column 3 (cell C3): formula; write the value itself",
        "row 5, column 1 (cell A5): merged cells A5:B6; unmerge them",
    ]


def test_a_cell_far_away_is_refused_before_the_sheet_is_spread_out(small_sum: Instrument) -> None:
    far = workbook([HEADINGS, ["1.1", 1]], lambda book, sheet: sheet.write("XFD1048576", "x"))
    assert faults(small_sum, far) == [
        "row 1048576, column 16384 (cell XFD1048576): the sheet reaches too far; keep only the answers"
    ]


def test_the_first_visible_sheet_is_read(small_sum: Instrument) -> None:
    def change(book, sheet) -> None:
        other = book.add_worksheet("Lain")
        other.write_row(0, 0, ["indicator", "level"])
        other.write_row(1, 0, ["1.2", 2])
        other.activate()
        other.set_first_sheet()
        sheet.hide()

    assert read_answers(workbook([HEADINGS, ["1.1", 1]], change), small_sum).levels == {"1.2": 2}


def test_a_truncated_workbook_is_refused(small_sum: Instrument) -> None:
    whole = workbook([HEADINGS, ["1.1", 1]])
    assert faults(small_sum, whole[: len(whole) // 2]) == [
        "row 1, column 1: the file is not a sound XLSX workbook"
    ]


def test_a_document_type_in_the_sheet_is_refused(small_sum: Instrument) -> None:
    import zipfile

    source, target = io.BytesIO(workbook([HEADINGS, ["1.1", 1]])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                data = data.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
            new.writestr(name, data)
    assert faults(small_sum, target.getvalue()) == ["row 1, column 1: the file is not a sound XLSX workbook"]


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [(1, 0, "A1"), (7, 25, "Z7"), (7, 26, "AA7"), (9, 701, "ZZ9"), (1, 702, "AAA1")],
)
def test_cell_addresses(row: int, column: int, expected: str) -> None:
    assert cell_address(row, column) == expected


LEVELS = st.dictionaries(
    st.sampled_from([f"{a}.{i}" for a in (1, 2, 3) for i in range(1, 12)]),
    st.integers(0, 3) | st.none(),
    min_size=1,
)
WIDE = build([[1] * 11] * 3, gated=frozenset({"2.10"}))


@settings(max_examples=40, deadline=None)
@given(levels=LEVELS, gate=st.sampled_from(["ya", "tidak", None]), separator=st.sampled_from(",;\t"))
def test_answers_come_back_from_csv_and_xlsx(
    levels: dict[str, int | None], gate: str | None, separator: str
) -> None:
    rows = [["indicator", "level"], *([code, level] for code, level in levels.items())]
    if gate:
        rows.append(["G", gate])
    text = "\n".join(separator.join("" if cell is None else str(cell) for cell in row) for row in rows)
    expected = Answers(levels, {"G": gate} if gate else {})
    assert read_answers(text.encode("utf-8-sig"), WIDE) == expected
    assert read_answers(workbook(rows), WIDE) == expected


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=200) | st.text('indcatorlev,;\n"1.23G\x00é ', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_with_places(content: bytes) -> None:
    try:
        codes = set(read_answers(content, WIDE).levels)
        places = []
    except AnswersError as error:
        codes, places = set(), [(fault.row, fault.column) for fault in error.faults]
    assert codes <= set(WIDE.indicators)
    assert all(row >= 1 and column for row, column in places)


SOUND = workbook([HEADINGS, ["1.1", 2, 1.5], ["2.1", "1"], ["G", "ya"]])


@settings(max_examples=200, deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=6)
)
def test_a_damaged_workbook_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(SOUND)
    for position, byte in changes:
        damaged[position] = byte
    try:
        codes = set(read_answers(bytes(damaged), WIDE).levels)
    except AnswersError:
        codes = set()
    assert codes <= set(WIDE.indicators)
