"""Levels, notes and remarks of the demonstration's rounds. All invented, all in Indonesian."""

from sipinter.rules.instrument import default_catalog

GATES = {"G.jenis": "kabkota", "G.tpp": "membayar", "G.kecelakaan": "tidak", "G.kematian": "tidak"}


def _by_aspect(instrument_id: str, *levels: str) -> dict[str, int]:
    """`levels`: a word an aspect, a digit an indicator, in the instrument's order; "-" is not filled in."""
    found: dict[str, int] = {}
    for aspect, word in zip(default_catalog()[instrument_id].aspects, levels, strict=True):
        for indicator, level in zip(aspect.indicators, word, strict=True):
            if level != "-":
                found[indicator.code] = int(level)
    return found


TIRTA_2018 = _by_aspect(
    "permenpanrb-40-2018",
    "3332",
    "33343",
    "22-3222--1",
    "2-3",
    "33322",
    "3233",
    "32",
    "3322",
)
TIRTA_LAST_YEAR = _by_aspect(
    "permenpanrb-40-2018",
    "2332",
    "33233",
    "2222222221",
    "222",
    "32322",
    "3223",
    "22",
    "2222",
)
SAMUDRA_2018 = _by_aspect(
    "permenpanrb-40-2018",
    "3333",
    "34343",
    "3333232222",
    "323",
    "44333",
    "3333",
    "33",
    "3322",
)
CENDANA_2018 = _by_aspect(
    "permenpanrb-40-2018",
    "4443",
    "44444",
    "4333333343",
    "334",
    "44443",
    "4443",
    "44",
    "4433",
)
# Order within the aspects as in the instrument: 4.1a, 4.1b; 6.3, 6.4a-d.
TIRTA_2025 = _by_aspect(
    "permenpanrb-19-2025",
    "322",
    "11211-",
    "2221",
    "-111",
    "22--",
    "23322-2",
    "2",
    "11",
)
SAMUDRA_2025 = _by_aspect(
    "permenpanrb-19-2025",
    "333",
    "222222",
    "3322",
    "-222",
    "3222",
    "3333--3",
    "3",
    "22",
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
OLD_RULE = "Peraturan bupati tentang rencana suksesi dan pengisian jabatan"
# (indicator, level, accepted or refused, what it was, of which agency), for the instrument of 2018.
EXAMPLES = (
    (
        "1.1",
        3,
        "accepted",
        "Keputusan kepala daerah tentang peta jabatan seluruh perangkat daerah, dengan lampiran "
        "rencana kebutuhan lima tahun per jabatan, bernomor dan bertanggal.",
        "",
    ),
    (
        "1.1",
        3,
        "refused",
        "Tabel kebutuhan pegawai tanpa tanda tangan dan tanpa tahun: tidak terbaca siapa yang "
        "menetapkan dan untuk kurun apa.",
        "",
    ),
    (
        "3.4",
        3,
        "accepted",
        "Keputusan PPK tentang rencana suksesi semua jabatan pimpinan tinggi, dengan daftar "
        "jabatan target dan calon dari talent pool.",
        "cendana",
    ),
    (
        "3.4",
        3,
        "refused",
        "Paparan rapat tentang rencana suksesi. Paparan bukan penetapan: yang ditanyakan kriteria"
        " ini ialah rencana yang resmi.",
        "",
    ),
    (
        "3.4",
        4,
        "accepted",
        "Tiga berita acara pengisian jabatan tahun berjalan yang mengambil calonnya dari rencana "
        "suksesi, beserta pemutakhiran daftarnya.",
        "",
    ),
    (
        "4.1",
        2,
        "refused",
        "Peraturan dari delapan tahun yang lalu tanpa keterangan masih berlaku; halaman tanda "
        "tangannya tidak dipindai.",
        "",
    ),
)
PLENARY_CHANGE = (
    "Praktik kerja tahun ini terbukti dilaksanakan pada tiga perangkat daerah; rapat menerima level 3."
)
PLENARY_LOWERED = (
    "Surat tugas praktik kerja ada, tetapi rencana pembelajarannya belum; rapat menetapkan level 1."
)


def claim_note(title: str, level: int) -> str:
    """What the agency writes beside a claim."""
    texts = {
        0: "belum tersedia; direncanakan pada tahun anggaran berikutnya.",
        1: "penanggung jawab sudah ditunjuk dan kebutuhan sudah diidentifikasi.",
        2: "dokumen sudah disusun untuk sebagian unit kerja.",
        3: "dokumen sudah ditetapkan dan berlaku di semua perangkat daerah.",
        4: "sudah dipakai dalam pengambilan keputusan dan diperbarui setiap tahun.",
    }
    return f"{title}: {texts[level]}"


def document_paragraphs(title: str, agency: str) -> list[str]:
    """The body of an invented document."""
    return [
        f"Dokumen ini memuat {title[0].lower()}{title[1:]} di lingkungan {agency}, disusun oleh tim lintas "
        "perangkat daerah dan dibahas bersama unit pengelola kepegawaian.",
        "Ruang lingkupnya mencakup seluruh jabatan pimpinan tinggi, administrator, pengawas, fungsional, dan "
        "pelaksana. Data dasar diambil dari sistem informasi kepegawaian per akhir semester yang lalu.",
        "Pelaksanaannya dipantau setiap triwulan; hasil pemantauan dilaporkan kepada Pejabat yang Berwenang "
        "sebagai bahan perbaikan tahun berikutnya.",
    ]
