"""Levels, notes and remarks of the demonstration's rounds. All invented, all in Indonesian."""

from sipinter.rules.instrument import default_catalog


def _by_aspect(instrument_id: str, levels: dict[str, str]) -> dict[str, int]:
    """`levels` gives an aspect's levels in the order of its indicators; "-" is not filled in."""
    found: dict[str, int] = {}
    for aspect in default_catalog()[instrument_id].aspects:
        for indicator, level in zip(aspect.indicators, levels[aspect.code], strict=True):
            if level != "-":
                found[indicator.code] = int(level)
    return found


TIRTA_2018 = _by_aspect(
    "permenpanrb-40-2018",
    {
        "1": "3332",
        "2": "33343",
        "3": "22-3222--1",
        "4": "2-3",
        "5": "33322",
        "6": "3233",
        "7": "32",
        "8": "3322",
    },
)
SAMUDRA_2018 = _by_aspect(
    "permenpanrb-40-2018",
    {
        "1": "3333",
        "2": "34343",
        "3": "3333232222",
        "4": "323",
        "5": "44333",
        "6": "3333",
        "7": "33",
        "8": "3322",
    },
)
CENDANA_2018 = _by_aspect(
    "permenpanrb-40-2018",
    {
        "1": "4443",
        "2": "44444",
        "3": "4333333343",
        "4": "334",
        "5": "44443",
        "6": "4443",
        "7": "44",
        "8": "4433",
    },
)
# Order within the aspects as in the instrument: 4.1a, 4.1b; 6.3, 6.4a-d.
TIRTA_2025 = _by_aspect(
    "permenpanrb-19-2025",
    {"1": "322", "2": "11211-", "3": "2221", "4": "-111", "5": "22--", "6": "23322-2", "7": "2", "8": "11"},
)
SAMUDRA_2025 = _by_aspect(
    "permenpanrb-19-2025",
    {
        "1": "333",
        "2": "222222",
        "3": "3322",
        "4": "-222",
        "5": "3222",
        "6": "333" + "3--3",
        "7": "3",
        "8": "22",
    },
)

SAMUDRA_JUDGED = ("1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2")
CHANGED = (
    "Talent pool baru memuat pejabat administrator; jabatan pengawas dan fungsional belum dipetakan, "
    "sehingga belum berlaku untuk seluruh instansi."
)
ASKED = {
    "3.4": "Rencana suksesi yang diunggah belum ditetapkan PPK. Mohon lampirkan keputusan penetapannya.",
    "4.1": "Mohon jelaskan apakah pola karier sudah dipakai pada mutasi tahun ini, dan lampirkan contohnya.",
}
PLENARY_CHANGE = (
    "Praktik kerja tahun ini terbukti dilaksanakan pada tiga perangkat daerah; rapat menerima level 3."
)


def note(title: str, level: int) -> str:
    """What the agency writes beside a claim."""
    texts = {
        0: "belum tersedia; direncanakan pada tahun anggaran berikutnya.",
        1: "penanggung jawab sudah ditunjuk dan kebutuhan sudah diidentifikasi.",
        2: "dokumen sudah disusun untuk sebagian unit kerja.",
        3: "dokumen sudah ditetapkan dan berlaku di semua perangkat daerah.",
        4: "sudah dipakai dalam pengambilan keputusan dan diperbarui setiap tahun.",
    }
    return f"{title}: {texts[level]}"


def paragraphs(title: str, agency: str) -> list[str]:
    """The body of an invented document."""
    return [
        f"Dokumen ini memuat {title[0].lower()}{title[1:]} di lingkungan {agency}, disusun oleh tim lintas "
        "perangkat daerah dan dibahas bersama unit pengelola kepegawaian.",
        "Ruang lingkupnya mencakup seluruh jabatan pimpinan tinggi, administrator, pengawas, fungsional, dan "
        "pelaksana. Data dasar diambil dari sistem informasi kepegawaian per akhir semester yang lalu.",
        "Pelaksanaannya dipantau setiap triwulan; hasil pemantauan dilaporkan kepada Pejabat yang Berwenang "
        "sebagai bahan perbaikan tahun berikutnya.",
    ]
