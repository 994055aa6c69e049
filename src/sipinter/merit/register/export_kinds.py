"""The national register's exports: which kinds there are, and by which heads their columns are known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Form = Literal["text", "date", "figure"]


@dataclass(frozen=True, slots=True)
class ExportField:
    """A column that is read. `heads`: normalised spellings; `expected`: its absence is a fault."""

    name: str
    heads: tuple[str, ...]
    form: Form = "text"
    expected: bool = True

    @property
    def spelling(self) -> str:
        """The head as the register writes it."""
        return SPELLINGS.get(self.heads[0], self.heads[0])


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A kind of export. `marks`: fields without which a file is not of this kind; `passed`: heads not read.

    `passed` are known columns that are not taken over: identity numbers, addresses, papers.
    """

    name: str
    fields: tuple[ExportField, ...]
    marks: tuple[str, ...]
    passed: frozenset[str] = frozenset()

    def field(self, name: str) -> ExportField:
        return next(field for field in self.fields if field.name == name)


def normalise_heading(head: str) -> str:
    """A head without case, punctuation and a form in brackets: “tanggal_lahir(dd-mm-yyyy)” is tanggallahir."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\([^()]*\)", "", head.lower()))


def _f(name: str, *heads: str, form: Form = "text", expected: bool = True) -> ExportField:
    return ExportField(name, heads, form, expected)


def _passed(heads: str) -> frozenset[str]:
    return frozenset(normalise_heading(head) for head in heads.split())


PERSON = (
    _f("nip", "nipbaru", "nip", "nipbarupegawai", expected=False),
    _f("pns_id", "pnsid", "idpns", "pnsorang", "pnsorangid", "pnsdinilaiid", expected=False),
)
HISTORY_PASSED = _passed(
    "id nipLama nama path nomorSk tanggalSk skNomor skTanggal skNumber createdAt updatedAt ncsistime dokumen"
    " nomor noSertipikat institusiPenyelenggara instansiId status isValid"
)

STAFF = ExportKind(
    "staff",
    (
        _f("nip", "nipbaru", "nip"),
        _f("pns_id", "pnsid", expected=False),
        _f("old_nip", "niplama"),
        _f("name", "nama"),
        _f("birth", "tanggallahir", form="date"),
        _f("sex", "jeniskelamin"),
        _f("religion_id", "agamaid", expected=False),
        _f("religion", "agamanama", "agama"),
        _f("marital", "jeniskawinnama", "statuskawin"),
        _f("kind", "jenispegawainama"),
        _f("standing", "kedudukanhukumnama"),
        _f("tmt_cpns", "tmtcpns", form="date"),
        _f("tmt_pns", "tmtpns", form="date"),
        _f("rank", "golakhirnama"),
        _f("tmt_rank", "tmtgolongan", form="date"),
        _f("post_kind", "jenisjabatanid"),
        _f("post_kind_name", "jenisjabatannama"),
        _f("post_id", "jabatanid"),
        _f("post_name", "jabatannama"),
        _f("tmt_post", "tmtjabatan", form="date"),
        _f("level_id", "tingkatpendidikanid"),
        _f("level", "tingkatpendidikannama"),
        _f("school", "pendidikannama"),
        _f("graduated", "tahunlulus", form="figure"),
        _f("unit", "unorid"),
        _f("unit_name", "unornama"),
        _f("home", "instansiindukid"),
        _f("agency", "instansikerjaid"),
    ),
    ("nip", "birth", "post_name"),
    _passed(
        "gelar_depan gelar_belakang tempat_lahir_id tempat_lahir_nama jenis_kawin_id nik nomor_hp email email_gov"
        " alamat npwp_nomor bpjs jenis_pegawai_id kedudukan_hukum_id status_cpns_pns kartu_asn_virtual"
        " nomor_sk_cpns tanggal_sk_cpns nomor_sk_pns tanggal_sk_pns gol_awal_id gol_awal_nama gol_akhir_id mk_tahun"
        " mk_bulan pendidikan_id kpkn_id kpkn_nama lokasi_kerja_id lokasi_kerja_nama instansi_induk_nama"
        " instansi_kerja_nama satuan_kerja_induk_id satuan_kerja_induk_nama satuan_kerja_kerja_id"
        " satuan_kerja_kerja_nama is_valid_nik"
    ),
)
RATING = ExportKind(
    "rating",
    (
        *PERSON,
        _f("year", "tahun", form="figure"),
        _f("result", "hasilkinerja"),
        _f("behaviour", "perilakukerja"),
        _f("rating", "kuadrankinerja", expected=False),
    ),
    ("year", "result", "behaviour"),
    HISTORY_PASSED
    | _passed(
        "hasilKinerjaNilai perilakuKerjaNilai kuadranKinerjaNilai namaPenilai nipNrpPenilai statusPenilai"
        " penilaiGolonganId penilaiGolonganNm penilaiJabatanNm penilaiUnorNm skpDinilaiId skpId"
    ),
)
POSTS = ExportKind(
    "post_history",
    (
        *PERSON,
        _f("since", "tmtjabatan", form="date"),
        _f("unit", "unorid", "namaunor", "unornama"),
        _f("agency", "instansikerjaid", expected=False),
        _f("echelon", "eselonid", "eselon"),
        _f("post_name", "namajabatan", "jabatanfungsionalnama", "jabatannama", expected=False),
        _f("appointment", "jenispenugasanid", "jenispenugasan", expected=False),
    ),
    ("since", "echelon", "unit"),
    HISTORY_PASSED
    | _passed(
        "jenisJabatan satuanKerjaId satuanKerjaNama unorIndukId unorIndukNama unorNama namaUnor"
        " jabatanFungsionalId jabatanFungsionalUmumId jabatanFungsionalUmumNama tmtPelantikan eselon"
        " instansiKerjaNama jenisMutasiId subJabatanId"
    ),
)
RANKS = ExportKind(
    "rank_history",
    (
        *PERSON,
        _f("since", "tmtgolongan", form="date"),
        _f("rank", "golongan", "golonganid"),
    ),
    ("since", "rank"),
    HISTORY_PASSED
    | _passed(
        "golonganId pangkat masaKerjaGolonganTahun masaKerjaGolonganBulan jumlahKreditUtama"
        " jumlahKreditTambahan jenisKPId jenisKPNama noPertekBkn tglPertekBkn"
    ),
)
SCHOOLS = ExportKind(
    "education",
    (
        *PERSON,
        _f("level_id", "tkpendidikanid", "tingkatpendidikanid", expected=False),
        _f("level", "tkpendidikannama", "tingkatpendidikannama"),
        _f("school", "pendidikannama"),
        _f("year", "tahunlulus", form="figure"),
    ),
    ("level", "school", "year"),
    HISTORY_PASSED
    | _passed("pendidikanId tglLulus isPendidikanPertama nomorIjasah namaSekolah gelarDepan gelarBelakang"),
)
LEADERSHIP = ExportKind(
    "leadership",
    (
        *PERSON,
        _f("course", "latihanstrukturalnama"),
        _f("hours", "jumlahjam", form="figure"),
        _f("finished", "tanggalselesai", form="date"),
    ),
    ("course", "hours", "finished"),
    HISTORY_PASSED | _passed("latihanStrukturalId tanggal tahun bobot jenisKompetensi"),
)
COURSES = ExportKind(
    "course",
    (
        *PERSON,
        _f("course_kind", "jeniskursusnama", "jeniskursus", "jenisdiklatnama", expected=False),
        _f("course", "namakursus"),
        _f("hours", "jumlahjam", form="figure"),
        _f("finished", "tanggalselesaikursus", "tanggalselesai", "tanggalkursus", form="date"),
    ),
    ("course", "hours", "finished"),
    HISTORY_PASSED
    | _passed(
        "jenisKursusId jenisDiklatId jenisDiklatNama tanggalKursus tahunKursus lokasiId"
        " jenisKursusSertipikat tanggalSelesaiKursus"
    ),
)
SANCTIONS = ExportKind(
    "discipline",
    (
        *PERSON,
        _f("grade", "jenistingkathukumanid", "jenistingkathukumannama"),
        _f("decided", "hukumantanggal", form="date"),
        _f("until", "akhirhukumtanggal", form="date"),
    ),
    ("grade", "decided"),
    HISTORY_PASSED
    | _passed(
        "jenisHukumanId jenisHukumanNama jenisTingkatHukumanNama masaTahun masaBulan golonganId"
        " alasanHukumanDisiplinId nomorPp rwHukumanDisiplin kedudukanHukumId"
    ),
)
UNITS = ExportKind(
    "unit",
    (
        _f("unit", "id", "unorid"),
        _f("agency", "instansiid"),
        _f("parent", "diatasanid"),
        _f("echelon", "eselonid"),
        _f("name", "namaunor"),
    ),
    ("unit", "parent", "name"),
    _passed("namaJabatan pemimpinPnsId cepatKode jenisUnorId unorInduk aktif order"),
)
SPELLINGS = {
    normalise_heading(head): head
    for head in """
    nip_baru nip_lama tanggal_lahir jenis_kelamin agama_nama jenis_kawin_nama jenis_pegawai_nama
    kedudukan_hukum_nama tmt_cpns tmt_pns gol_akhir_nama tmt_golongan jenis_jabatan_id
    jenis_jabatan_nama jabatan_id jabatan_nama tmt_jabatan tingkat_pendidikan_id
    tingkat_pendidikan_nama pendidikan_nama tahun_lulus unor_id unor_nama instansi_induk_id
    instansi_kerja_id hasilKinerja perilakuKerja tmtJabatan eselonId tmtGolongan
    tkPendidikanNama latihanStrukturalNama jumlahJam tanggalSelesai namaKursus
    tanggalSelesaiKursus jenisTingkatHukumanId hukumanTanggal akhirHukumTanggal InstansiId
    DiatasanId EselonId NamaUnor
    """.split()  # noqa: SIM905 - a list of many
}
KINDS = (STAFF, RATING, POSTS, RANKS, SCHOOLS, LEADERSHIP, COURSES, SANCTIONS, UNITS)
HISTORIES = (RATING, POSTS, RANKS, SCHOOLS, LEADERSHIP, COURSES, SANCTIONS)


@dataclass(frozen=True, slots=True)
class ExportHeadings:
    """A recognised row of heads: which column holds which field, and what is odd about it."""

    kind: ExportKind
    places: dict[str, int]
    unknown: tuple[tuple[int, str], ...]
    repeated: tuple[tuple[int, str], ...]

    @property
    def missing(self) -> tuple[ExportField, ...]:
        return tuple(f for f in self.kind.fields if f.expected and f.name not in self.places)


def recognise_headings(row: Sequence[str]) -> ExportHeadings | None:
    """The kind whose marks all stand in a row, with most known columns; None for no kind."""
    heads = [normalise_heading(cell) for cell in row]
    found = [made for kind in KINDS if (made := _heads(kind, heads, row)) is not None]
    return max(found, key=lambda made: (len(made.places), -len(made.unknown)), default=None)


def _heads(kind: ExportKind, heads: Sequence[str], row: Sequence[str]) -> ExportHeadings | None:
    places: dict[str, int] = {}
    used: set[int] = set()
    repeated: list[tuple[int, str]] = []
    for field in kind.fields:
        # Heads stand in the order of preference.
        for head in field.heads:
            at = [place for place, other in enumerate(heads) if other == head]
            used.update(at)
            if at and field.name not in places:
                places[field.name] = at[0]
                repeated += [(place, row[place]) for place in at[1:]]
    if any(mark not in places for mark in kind.marks):
        return None
    if kind in HISTORIES and not {"nip", "pns_id"} & set(places):
        return None
    unknown = tuple(
        (place, row[place])
        for place, head in enumerate(heads)
        if head and place not in used and head not in kind.passed
    )
    return ExportHeadings(kind, places, unknown, tuple(repeated))
