"""Who and what the demonstration invents. No person or agency here exists."""

from dataclasses import dataclass

PASSWORD = "peragaan-sipinter-2026"  # noqa: S105 - printed on the console for everybody


@dataclass(frozen=True)
class DemoAgency:
    """An agency of the demonstration."""

    code: str
    name: str
    slug: str
    type: str
    province: str
    time_zone: str
    mail: str


@dataclass(frozen=True)
class DemoPerson:
    """An invented person with one role; `agency` is a key of AGENCIES."""

    name: str
    role: str
    agency: str
    address: str
    unit: str = ""
    scope: tuple[str, ...] = ()


AGENCIES = {
    "tirta": DemoAgency(
        "P.01",
        "Pemerintah Kabupaten Tirta Raya",
        "kabupaten-tirta-raya",
        "kabupaten",
        "Jawa Tengah",
        "Asia/Jakarta",
        "tirtaraya.example",
    ),
    "samudra": DemoAgency(
        "P.02",
        "Pemerintah Kota Samudra Jaya",
        "kota-samudra-jaya",
        "kota",
        "Sulawesi Selatan",
        "Asia/Makassar",
        "samudrajaya.example",
    ),
    "cendana": DemoAgency(
        "P.03",
        "Pemerintah Provinsi Nusa Cendana",
        "provinsi-nusa-cendana",
        "provinsi",
        "Papua",
        "Asia/Jayapura",
        "nusacendana.example",
    ),
    "pengawas": DemoAgency(
        "P.00",
        "Badan Pengawas Sistem Merit (Peragaan)",
        "badan-pengawas-peragaan",
        "lpnk",
        "",
        "Asia/Jakarta",
        "pengawas.example",
    ),
}

# The first person of each role is the one whose sign-in is printed.
PEOPLE = (
    DemoPerson("Ratna Lestari", "keeper", "tirta", "pengelola", "BKPSDM"),
    DemoPerson("Bagus Prakoso", "team", "tirta", "tim", "Bidang Mutasi dan Promosi", ("3", "4")),
    DemoPerson(
        "Wulan Anggraini", "team", "tirta", "tim.diklat", "Bidang Pengembangan", ("3.7", "3.8", "3.9", "3.10")
    ),
    DemoPerson("Hendra Wibowo", "pyb", "tirta", "sekda", "Sekretariat Daerah"),
    DemoPerson("Dian Puspitasari", "ppk", "tirta", "bupati", "Bupati"),
    DemoPerson("Yoga Saputra", "employee", "tirta", "pegawai", "Dinas Kominfo"),
    DemoPerson("Nurhayati Daeng", "keeper", "samudra", "pengelola", "BKPSDM"),
    DemoPerson("Andi Rahmat", "team", "samudra", "tim", "Bagian Organisasi"),
    DemoPerson("Syarifuddin Latif", "pyb", "samudra", "sekda", "Sekretariat Daerah"),
    DemoPerson("Maya Salsabila", "ppk", "samudra", "walikota", "Wali Kota"),
    DemoPerson("Yohana Rumbiak", "keeper", "cendana", "pengelola", "BKD"),
    DemoPerson("Markus Wenda", "pyb", "cendana", "sekda", "Sekretariat Daerah"),
    DemoPerson("Elisabet Korwa", "ppk", "cendana", "gubernur", "Gubernur"),
    DemoPerson("Fajar Nugroho", "verifier", "pengawas", "verifikator", "Pokja Wilayah I"),
    DemoPerson("Intan Maharani", "verifier", "pengawas", "verifikator2", "Pokja Wilayah II"),
    DemoPerson("Surya Atmaja", "coordinator", "pengawas", "koordinator", "Pokja Wilayah I"),
    DemoPerson("Retno Wulandari", "plenary", "pengawas", "pleno", "Rapat Pleno"),
    DemoPerson("Galih Permana", "regional_office", "pengawas", "kanreg", "Kantor Regional"),
    DemoPerson("Siti Rahmawati", "consultant", "pengawas", "konsultan", "Klinik Konsultasi"),
    DemoPerson("Bayu Kurniawan", "administrator", "pengawas", "admin", "Sekretariat"),
    DemoPerson("Laras Kusuma", "reader", "pengawas", "pembaca", "Pembaca Nasional"),
    DemoPerson("Arif Budiman", "auditor", "pengawas", "auditor", "Inspektorat"),
)


def demo_email(person: DemoPerson) -> str:
    """The person's sign-in."""
    return f"{person.address}@{AGENCIES[person.agency].mail}"
