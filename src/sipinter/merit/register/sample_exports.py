"""Invented exports of the national register, with faults planted in them, from invented staff.

Every fault that is put in is told, so that an import can be held against them. Files differ in dress on
purpose: separators, encodings, date formats, apostrophes, the word "null", a workbook.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sipinter.merit.engine.duckdb import DuckDb
from sipinter.merit.engine.output import make_output_folder

HEADS = tuple(
    """
    pns_id nip_baru nip_lama nama gelar_depan gelar_belakang tempat_lahir_id tempat_lahir_nama
    tanggal_lahir jenis_kelamin agama_id agama_nama jenis_kawin_id jenis_kawin_nama nik nomor_hp
    email email_gov alamat npwp_nomor bpjs jenis_pegawai_id jenis_pegawai_nama kedudukan_hukum_id
    kedudukan_hukum_nama status_cpns_pns kartu_asn_virtual nomor_sk_cpns tanggal_sk_cpns tmt_cpns
    nomor_sk_pns tanggal_sk_pns tmt_pns gol_awal_id gol_awal_nama gol_akhir_id gol_akhir_nama
    tmt_golongan mk_tahun mk_bulan jenis_jabatan_id jenis_jabatan_nama jabatan_id jabatan_nama
    tmt_jabatan tingkat_pendidikan_id tingkat_pendidikan_nama pendidikan_id pendidikan_nama
    tahun_lulus kpkn_id kpkn_nama lokasi_kerja_id lokasi_kerja_nama unor_id unor_nama
    instansi_induk_id instansi_induk_nama instansi_kerja_id instansi_kerja_nama
    satuan_kerja_induk_id satuan_kerja_induk_nama satuan_kerja_kerja_id satuan_kerja_kerja_nama
    is_valid_nik
    """.split()  # noqa: SIM905 - a list of many
)
DATES = frozenset({"tanggal_lahir", "tmt_cpns", "tmt_pns", "tmt_golongan", "tmt_jabatan"})
ECHELONS = {
    "jpt_utama": "11",
    "jpt_madya": "12",
    "jpt_pratama": "22",
    "administrator": "31",
    "pengawas": "41",
}
LEVELS = {
    "sd": "Sekolah Dasar",
    "sltp": "SLTP",
    "slta": "SLTA",
    "d1": "Diploma I",
    "d2": "Diploma II",
    "d3": "Diploma III/Sarjana Muda",
    "d4": "Diploma IV",
    "s1": "S-1/Sarjana",
    "s2": "S-2",
    "s3": "S-3/Doktor",
}
GRADES = {"light": "R", "medium": "S", "heavy": "B"}
COURSES = {"pkp": "PKP", "pka": "PKA", "pkn_ii": "PKN Tingkat II", "pkn_i": "PKN Tingkat I"}
RATINGS = {
    "sangat_baik": ("DIATAS EKSPEKTASI", "DIATAS EKSPEKTASI", "SANGAT BAIK"),
    "baik": ("SESUAI EKSPEKTASI", "SESUAI EKSPEKTASI", "BAIK"),
    "butuh_perbaikan": ("DIBAWAH EKSPEKTASI", "SESUAI EKSPEKTASI", "BUTUH PERBAIKAN"),
    "kurang": ("SESUAI EKSPEKTASI", "DIBAWAH EKSPEKTASI", "KURANG"),
    "sangat_kurang": ("DIBAWAH EKSPEKTASI", "DIBAWAH EKSPEKTASI", "SANGAT KURANG"),
}
NAMES = {
    "jf_ahli_utama": "Ahli Utama",
    "jf_ahli_madya": "Ahli Madya",
    "jf_ahli_muda": "Ahli Muda",
    "jf_ahli_pertama": "Ahli Pertama",
    "jf_penyelia": "Penyelia",
    "jf_mahir": "Mahir",
    "jf_terampil": "Terampil",
    "jf_pemula": "Pemula",
}
Row = dict[str, Any]


class PlantedFault(NamedTuple):
    """A fault that an import must list: where it stands, and its code."""

    file: str
    row: int
    column: str
    fault: str


@dataclass(slots=True)
class RegisterExport:
    """Rows by file, and every planted fault."""

    rows: dict[str, int]
    planted: list[PlantedFault]


def write_exports(folder: Path, out: Path, faults_each: int = 0) -> RegisterExport:
    """The exports of the sample in `folder`; each kind of fault is planted `faults_each` times."""
    make_output_folder(out)
    return _Exporter(folder, out, faults_each).run()


class _Exporter:
    def __init__(self, folder: Path, out: Path, each: int) -> None:
        self.connection, self.folder, self.out, self.each = DuckDb().connection, folder, out, each
        self.planted: list[PlantedFault] = []
        self.rows: dict[str, int] = {}
        self.dropped: set[int] = set()
        self.renumbered: dict[int, str] = {}

    def run(self) -> RegisterExport:
        count = self._one(f"SELECT count(*) FROM {self._table('employee')}")
        self.plan = self._planned(count, STAFF_FAULTS)
        self._staff()
        self._units()
        self._histories()
        return RegisterExport(self.rows, self.planted)

    def _table(self, name: str) -> str:
        return f"read_parquet('{str(self.folder / name).replace(chr(39), chr(39) * 2)}.parquet')"

    def _one(self, query: str) -> int:
        return int(self.connection.execute(query).fetchall()[0][0])

    def _planned(self, rows: int, kinds: dict[str, Any]) -> dict[int, str]:
        """Which row gets which fault: evenly spread, one a row, as many as the rows allow."""
        wanted = [kind for _ in range(self.each) for kind in kinds]
        step = max(2, rows // (len(wanted) + 1))
        return {(place + 1) * step: kind for place, kind in enumerate(wanted) if (place + 1) * step < rows}

    def _fetched(self, query: str) -> Iterator[Row]:
        cursor = self.connection.cursor()
        cursor.execute(query)
        names = [column[0] for column in cursor.description or ()]
        while chunk := cursor.fetchmany(10_000):
            for row in chunk:
                yield dict(zip(names, row, strict=True))

    def _staff(self) -> None:
        name = "pegawai.csv"
        with (self.out / name).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
            heads = [*HEADS, "catatan_lokal"] if self.each else list(HEADS)
            writer.writerow(heads)
            if self.each:
                self.planted.append(PlantedFault(name, 1, "catatan_lokal", "unknown_column"))
            number = 1
            for place, person in enumerate(self._fetched(self._people())):
                cells = staff_cells(person, place)
                kind = self.plan.get(place)
                written = STAFF_FAULTS[kind](self, person, cells) if kind else [(cells, [])]
                for row, faults in written:
                    number += 1
                    listed = list(row.values()) if isinstance(row, dict) else row
                    writer.writerow([*listed, ""] if self.each and isinstance(row, dict) else listed)
                    self.planted += [PlantedFault(name, number, column, fault) for column, fault in faults]
            self.rows[name] = number - 1

    def _people(self) -> str:
        return f"SELECT e.* FROM {self._table('employee')} e"

    def drop(self, person: Row) -> None:
        """This employee is not taken over, so the histories' rows are faults."""
        self.dropped.add(person["nip"])

    def _units(self) -> None:
        from xlsxwriter import Workbook

        name = "ref_unor.xlsx"
        with Workbook(str(self.out / name), {"constant_memory": True, "strings_to_numbers": False}) as book:
            sheet = book.add_worksheet("ref_unor")
            sheet.write_row(0, 0, ["Id", "InstansiId", "DiatasanId", "EselonId", "NamaUnor"])
            number = 0
            for number, unit in enumerate(self._fetched(f"SELECT * FROM {self._table('unit')}"), start=1):
                above = unit["parent"] or "null"
                sheet.write_row(number, 0, [unit["unit"], unit["agency"], above, "", unit["name"]])
            if self.each:
                sheet.write_row(number + 1, 0, ["A0001-U0", "A0001", "null", "", "Unit 0"])
                self.planted.append(PlantedFault(name, number + 2, "Id", "unit_duplicate"))
                sheet.write_row(number + 2, 0, ["A0001-UX", "A0001", "tidak-ada", "", "Unit X"])
                self.planted.append(PlantedFault(name, number + 3, "DiatasanId", "unit_parent"))
                for place, (own, above) in enumerate((("A0001-UY", "A0001-UZ"), ("A0001-UZ", "A0001-UY"))):
                    sheet.write_row(number + 3 + place, 0, [own, "A0001", above, "", "Unit"])
                    self.planted.append(PlantedFault(name, number + 4 + place, "DiatasanId", "unit_cycle"))
                number += 4
            self.rows[name] = number

    def _histories(self) -> None:
        person = f"(SELECT e.*, row_number() OVER () AS n FROM {self._table('employee')} e)"
        self._history(
            "rw_skp22.csv",
            ["id", "nipBaru", "hasilKinerja", "perilakuKerja", "kuadranKinerja", "tahun"],
            f"SELECT nip, year, rating FROM {self._table('rating')}",
            _rating,
            RATING_FAULTS,
        )
        self._history(
            "rw_jabatan.txt",
            [
                "idPns",
                "nipBaru",
                "tmtJabatan",
                "unorId",
                "namaUnor",
                "instansiKerjaId",
                "eselonId",
                "namaJabatan",
                "jenisPenugasanId",
            ],
            f"SELECT * FROM {person}",
            _post,
            POST_FAULTS,
            separator="\t",
            encoding="utf-16",
        )
        self._history(
            "rw_golongan.csv",
            ["idPns", "nipBaru", "golongan", "tmtGolongan"],
            f"SELECT * FROM {person}",
            _rank,
            RANK_FAULTS,
        )
        self._history(
            "rw_pendidikan.csv",
            ["idPns", "nipBaru", "tkPendidikanNama", "pendidikanNama", "tahunLulus"],
            f"SELECT * FROM {person} WHERE education IS NOT NULL",
            _school,
            SCHOOL_FAULTS,
        )
        self._history(
            "rw_diklat.csv",
            ["idPns", "nipBaru", "latihanStrukturalNama", "jumlahJam", "tanggalSelesai"],
            f"SELECT * FROM {self._table('training')} WHERE kind = 'leadership'",
            _leadership,
            {},
            separator=";",
            encoding="cp1252",
        )
        self._history(
            "rw_kursus.csv",
            ["idPns", "nipBaru", "jenisKursusNama", "namaKursus", "jumlahJam", "tanggalSelesaiKursus"],
            f"SELECT * FROM {self._table('training')} WHERE kind <> 'leadership'",
            _course,
            COURSE_FAULTS,
        )
        self._history(
            "rw_hukdis.csv",
            ["idPns", "nipBaru", "jenisTingkatHukumanId", "hukumanTanggal", "akhirHukumTanggal"],
            f"SELECT * FROM {self._table('discipline')}",
            _sanction,
            SANCTION_FAULTS,
        )

    def _history(
        self,
        name: str,
        heads: list[str],
        query: str,
        made: Callable[[Row, int], list[str]],
        faults: dict[str, Callable[[list[str]], str]],
        *,
        separator: str = ",",
        encoding: str = "utf-8",
    ) -> None:
        rows = self._one(f"SELECT count(*) FROM ({query})")
        plan = self._planned(rows, faults)
        number = 1
        with (self.out / name).open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, delimiter=separator)
            writer.writerow(heads)
            for place, row in enumerate(self._fetched(query)):
                number += 1
                cells = made(row, place)
                if row["nip"] in self.dropped:
                    self.planted.append(PlantedFault(name, number, heads[1], "person_unknown"))
                elif row["nip"] in self.renumbered:
                    cells[1] = self.renumbered[row["nip"]]
                    self.planted.append(PlantedFault(name, number, heads[1], "old_number"))
                elif place in plan:
                    column = faults[plan[place]](cells)
                    self.planted.append(PlantedFault(name, number, column, plan[place]))
                writer.writerow(cells)
        if encoding == "cp1252" and rows:
            self.planted.append(PlantedFault(name, 0, "", "encoding"))
        self.rows[name] = number - 1


def register_date(day: date | None, place: int) -> str:
    """A date in one of the register's many dresses."""
    if day is None:
        return "null"
    forms = ("%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y", "serial", "%Y-%m-%d 00:00:00")
    form = forms[place % len(forms)]
    return str((day - date(1899, 12, 30)).days) if form == "serial" else day.strftime(form)


def post_name(tier: str, post: str) -> str:
    if tier in ECHELONS:
        return f"Kepala {post}"
    return f"Analis {NAMES[tier]}" if tier.startswith("jf_") else "Pengadministrasi Perkantoran"


def register_rank(person: Row) -> str:
    if person["kind"] == "pppk":
        return "IX"
    return {"jpt": "IV/c", "adm": "IV/a", "pen": "III/d", "jf_": "III/b", "pel": "II/c"}[person["tier"][:3]]


def rank_start_date(person: Row) -> date:
    return min(entry_date(person) + timedelta(days=400), date(2025, 10, 1))


def entry_date(person: Row) -> date:
    digits = str(person["nip"])
    return date(int(digits[8:12]), int(digits[12:14]) if person["kind"] == "pns" else 2, 1)


def staff_cells(person: Row, place: int) -> dict[str, str]:
    """One row of the staff export."""
    tier, pns = person["tier"], person["kind"] == "pns"
    kind = ("1", "Jabatan Struktural") if tier in ECHELONS else ("2", "Jabatan Fungsional Tertentu")
    if tier == "pelaksana":
        kind = ("4", "Jabatan Fungsional Umum")
    known = {
        "pns_id": f"ID{person['nip']}",
        "nip_baru": f"'{person['nip']}" if place % 3 == 0 else str(person["nip"]),
        "nip_lama": "null",
        "nama": person["name"],
        "tanggal_lahir": register_date(person["birth_date"], place),
        "jenis_kelamin": "M" if person["sex"] == "male" else "F",
        "agama_nama": person["religion"].title(),
        "nik": "'3200000000000000",
        "nomor_hp": "0800000000",
        "email": "nama@contoh.invalid",
        "alamat": "Jl. Contoh 1",
        "jenis_kawin_nama": "Menikah",
        "jenis_pegawai_nama": "PNS Daerah" if pns else "PPPK Daerah",
        "kedudukan_hukum_id": "01",
        "kedudukan_hukum_nama": "Aktif",
        "tmt_cpns": register_date(entry_date(person), place + 1),
        "tmt_pns": register_date(
            min(entry_date(person) + timedelta(days=365), date(2026, 1, 1)) if pns else None, place + 2
        ),
        "gol_akhir_nama": register_rank(person),
        "tmt_golongan": register_date(rank_start_date(person), place + 3),
        "jenis_jabatan_id": kind[0],
        "jenis_jabatan_nama": kind[1],
        "jabatan_id": f"J-{person['post']}",
        "jabatan_nama": post_name(tier, person["post"]),
        "tmt_jabatan": register_date(person["tier_since"], place + 4),
        "tingkat_pendidikan_nama": LEVELS.get(person["education"], "null"),
        "pendidikan_nama": (person["field"] or "null").upper(),
        "tahun_lulus": str(person["birth_date"].year + 18),
        "unor_id": person["unit"],
        "unor_nama": f"Unit {person['unit']}",
        "instansi_induk_id": person["agency"],
        "instansi_kerja_id": person["agency"],
        "instansi_kerja_nama": f"Instansi {person['agency']}",
        "is_valid_nik": "1",
    }
    return {head: known.get(head, "") for head in HEADS}


def _rating(row: Row, place: int) -> list[str]:
    return [str(place), str(row["nip"]), *RATINGS[row["rating"]], str(row["year"])]


def _post(row: Row, place: int) -> list[str]:
    return [
        f"ID{row['nip']}",
        str(row["nip"]),
        register_date(row["tier_since"] or entry_date(row), place),
        row["unit"],
        f"Unit {row['unit']}",
        row["agency"],
        ECHELONS.get(row["tier"], "null"),
        post_name(row["tier"], row["post"]),
        "D",
    ]


def _rank(row: Row, place: int) -> list[str]:
    return [
        f"ID{row['nip']}",
        f"'{row['nip']}",
        register_rank(row),
        register_date(rank_start_date(row), place),
    ]


def _school(row: Row, place: int) -> list[str]:
    year = str(row["birth_date"].year + 18)
    return [f"ID{row['nip']}", str(row["nip"]), LEVELS[row["education"]], (row["field"] or "").upper(), year]


def _leadership(row: Row, place: int) -> list[str]:
    """One of the names is written with a letter that is not ASCII."""
    return [
        f"ID{row['nip']}",
        str(row["nip"]),
        f"{COURSES[row['leadership']]} – angkatan {place}",
        f"{row['hours']},0",
        register_date(row["date"], place),
    ]


def _course(row: Row, place: int) -> list[str]:
    kind = {"technical": "Diklat Teknis", "seminar": "Seminar", "functional": "Diklat Fungsional"}[
        row["kind"]
    ]
    return [
        f"ID{row['nip']}",
        str(row["nip"]),
        kind,
        f"Pelatihan {place}",
        str(row["hours"]),
        register_date(row["date"], place),
    ]


def _sanction(row: Row, place: int) -> list[str]:
    return [
        f"ID{row['nip']}",
        str(row["nip"]),
        GRADES[row["grade"]],
        register_date(row["date"], place),
        register_date(row["until"], place),
    ]


# Faults of the staff export: each gives the rows to write, with the (column, code) that each must be listed for.
Written = list[tuple[Any, list[tuple[str, str]]]]
StaffFault = Callable[["_Exporter", Row, dict[str, str]], Written]


def _cell(column: str, value: str, *codes: str, drops: bool = False, where: str | None = None) -> StaffFault:
    def plant(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
        if drops:
            exporter.drop(person)
        return [({**cells, column: value}, [(where or column, code) for code in codes])]

    return plant


def _number(
    change: Callable[[str], str], code: str, *, drops: bool = True, also: tuple[tuple[str, str], ...] = ()
) -> StaffFault:
    """A changed employee number. Histories keep the right one, so its rows are nobody's."""

    def plant(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
        if drops:
            exporter.drop(person)
        return [({**cells, "nip_baru": change(str(person["nip"]))}, [("nip_baru", code), *also])]

    return plant


def _sex(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    other = "F" if cells["jenis_kelamin"] == "M" else "M"
    return [({**cells, "jenis_kelamin": other}, [("jenis_kelamin", "sex_nip")])]


def _birth(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    other = (person["birth_date"] - timedelta(days=1)).strftime("%d-%m-%Y")
    return [({**cells, "tanggal_lahir": other}, [("tanggal_lahir", "birth_nip")])]


def _kind(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    other = "PPPK Daerah" if person["kind"] == "pns" else "PNS Daerah"
    return [({**cells, "jenis_pegawai_nama": other}, [("jenis_pegawai_nama", "kind_nip")])]


def _duplicate(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    return [(cells, []), (cells, [("nip_baru", "duplicate")])]


def _differs(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    older = {**cells, "tmt_jabatan": "01-01-1950", "tmt_golongan": "01-01-1950"}
    return [(older, [("nip_baru", "duplicate_differs")]), (cells, [])]


def _renumbered(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    old = str(person["nip"])[:15] + str(999 - int(str(person["nip"])[15:]))
    exporter.renumbered[person["nip"]] = old
    return [({**cells, "nip_baru": old}, [("nip_baru", "nip_changed")]), ({**cells, "nip_lama": old}, [])]


def _totals(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    return [
        (cells, []),
        ({**dict.fromkeys(HEADS, ""), "pns_id": "Jumlah", "nip_baru": "1"}, [("", "totals")]),
    ]


def _heads(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    return [(cells, []), ({head: head for head in HEADS}, [("", "repeated_head")])]


def _empty(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    return [(dict.fromkeys(HEADS, ""), [("", "empty_row")]), (cells, [])]


def _short(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    return [(list(cells.values())[:-2], [("", "too_few_cells")])]


def _long(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    exporter.drop(person)
    return [([*cells.values(), "", "lebih", "lagi"], [("", "too_many_cells")])]


def _structural(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    """A functional post whose name says no tier."""
    exporter.drop(person)
    odd = {
        **cells,
        "jenis_jabatan_id": "2",
        "jenis_jabatan_nama": "Jabatan Fungsional Tertentu",
        "jabatan_nama": "Fungsional",
    }
    return [(odd, [("jabatan_nama", "tier_unknown")])]


def _young(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    digits = str(person["nip"])
    early = f"{digits[:8]}{int(digits[:4]) + 10}01{digits[14:]}"
    exporter.drop(person)
    faults = [("nip_baru", "nip_young")]
    if person["kind"] == "pppk":
        faults.append(("jenis_pegawai_nama", "kind_nip"))
    return [({**cells, "pns_id": "null", "nip_baru": early}, faults + _headless(person))]


def _impossible(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    digits = str(person["nip"])
    exporter.drop(person)
    odd = {**cells, "pns_id": "null", "nip_baru": digits[:14] + "7" + digits[15:]}
    return [(odd, [("nip_baru", "nip_impossible"), *_headless(person)])]


def _headless(person: Row) -> list[tuple[str, str]]:
    """Who is cut off from the history of posts has no echelon."""
    return [("jabatan_nama", "tier_unknown")] if person["tier"] in ECHELONS else []


def _agencyless(exporter: _Exporter, person: Row, cells: dict[str, str]) -> Written:
    exporter.drop(person)
    return [
        (
            {**cells, "instansi_kerja_id": "null", "instansi_induk_id": ""},
            [("instansi_kerja_id", "agency_missing")],
        )
    ]


STAFF_FAULTS: dict[str, StaffFault] = {
    "no_nip": _number(lambda nip: "null", "no_nip"),
    "nip_rounded": _number(lambda nip: f"{nip[0]},{nip[1:6]}E+17", "nip_rounded"),
    "nip_form": _number(lambda nip: nip[:-1], "nip_form"),
    "nip_impossible": _impossible,
    "nip_young": _young,
    "duplicate": _duplicate,
    "duplicate_differs": _differs,
    "nip_changed": _renumbered,
    "sex_unknown": _cell("jenis_kelamin", "X", "sex_unknown"),
    "sex_nip": _sex,
    "birth_nip": _birth,
    "birth_missing": _cell("tanggal_lahir", "null", "birth_missing"),
    "impossible_date": _cell("tmt_cpns", "31-02-2010", "impossible_date"),
    "not_a_date": _cell("tmt_golongan", "segera", "not_a_date"),
    "future_date": _cell("tmt_jabatan", "01-01-2099", "future_date"),
    "date_order": _cell("tmt_pns", "01-01-1980", "date_order"),
    "kind_nip": _kind,
    "rank_unknown": _cell("gol_akhir_nama", "V/z", "rank_unknown", "rank_history"),
    "level_unknown": _cell("tingkat_pendidikan_nama", "S-9", "level_unknown"),
    "religion_unknown": _cell("agama_nama", "tidak tercatat", "religion_unknown"),
    "marital_unknown": _cell("jenis_kawin_nama", "rahasia", "marital_unknown"),
    "graduated": _cell("tahun_lulus", "-2005", "out_of_range"),
    "graduated_text": _cell("tahun_lulus", "dua ribu", "not_a_figure"),
    "unit_unknown": _cell("unor_id", "U-LAIN", "unit_unknown"),
    "out_of_service": _cell("kedudukan_hukum_nama", "Pensiun BUP", "out_of_service", drops=True),
    "tier_unknown": _structural,
    "agency_missing": _agencyless,
    "line_break": _cell("unor_nama", "Unit\r\ntua", "line_break"),
    "characters": _cell("nama", "Nama \ufffd", "characters"),
    "totals": _totals,
    "repeated_head": _heads,
    "empty_row": _empty,
    "too_few_cells": _short,
    "too_many_cells": _long,
}


def _set(place: int, value: str, column: str) -> Callable[[list[str]], str]:
    def plant(cells: list[str]) -> str:
        cells[place] = value
        return column

    return plant


RATING_FAULTS = {
    "person_unknown": _set(1, "190001012000011001", "nipBaru"),
    "expectation_unknown": _set(3, "LUMAYAN", "perilakuKerja"),
    "rating_unknown": _set(4, "ISTIMEWA SEKALI", "kuadranKinerja"),
    "out_of_range": _set(5, "20255", "tahun"),
}
POST_FAULTS = {
    "appointment_unknown": _set(8, "ZZ", "jenisPenugasanId"),
    "not_a_date": _set(2, "kemarin", "tmtJabatan"),
}
RANK_FAULTS = {"impossible_date": _set(3, "30-02-2001", "tmtGolongan")}
SCHOOL_FAULTS = {"level_unknown": _set(2, "TK", "tkPendidikanNama")}
COURSE_FAULTS = {
    "out_of_range": _set(4, "-20", "jumlahJam"),
    "not_a_figure": _set(4, "banyak", "jumlahJam"),
    "impossible_date": _set(5, "2025-13-45", "tanggalSelesaiKursus"),
}
SANCTION_FAULTS = {"grade_unknown": _set(2, "Z", "jenisTingkatHukumanId")}
