"""Who and what the demonstration invents. No person or agency here exists."""

from dataclasses import dataclass

PASSWORD = "peragaan-sipinter-2026"  # noqa: S105 - printed on the console for everybody


@dataclass(frozen=True)
class InventedAgency:
    """An agency of the demonstration."""

    code: str
    name: str
    slug: str
    type: str
    province: str
    time_zone: str
    mail: str


@dataclass(frozen=True)
class Person:
    """An invented person with one role; `agency` is a key of AGENCIES."""

    name: str
    role: str
    agency: str
    address: str
    unit: str = ""
    scope: tuple[str, ...] = ()


AGENCIES = {
    "tirta": InventedAgency(
        "P.01",
        "Pemerintah Kabupaten Tirta Raya",
        "kabupaten-tirta-raya",
        "kabupaten",
        "Jawa Tengah",
        "Asia/Jakarta",
        "tirtaraya.example",
    ),
    "samudra": InventedAgency(
        "P.02",
        "Pemerintah Kota Samudra Jaya",
        "kota-samudra-jaya",
        "kota",
        "Sulawesi Selatan",
        "Asia/Makassar",
        "samudrajaya.example",
    ),
    "cendana": InventedAgency(
        "P.03",
        "Pemerintah Provinsi Nusa Cendana",
        "provinsi-nusa-cendana",
        "provinsi",
        "Papua",
        "Asia/Jayapura",
        "nusacendana.example",
    ),
    "pengawas": InventedAgency(
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
    Person("Ratna Lestari", "keeper", "tirta", "pengelola", "BKPSDM"),
    Person("Bagus Prakoso", "team", "tirta", "tim", "Bidang Mutasi dan Promosi", ("3", "4")),
    Person(
        "Wulan Anggraini", "team", "tirta", "tim.diklat", "Bidang Pengembangan", ("3.7", "3.8", "3.9", "3.10")
    ),
    Person("Hendra Wibowo", "pyb", "tirta", "sekda", "Sekretariat Daerah"),
    Person("Dian Puspitasari", "ppk", "tirta", "bupati", "Bupati"),
    Person("Yoga Saputra", "employee", "tirta", "pegawai", "Dinas Kominfo"),
    Person("Nurhayati Daeng", "keeper", "samudra", "pengelola", "BKPSDM"),
    Person("Andi Rahmat", "team", "samudra", "tim", "Bagian Organisasi"),
    Person("Syarifuddin Latif", "pyb", "samudra", "sekda", "Sekretariat Daerah"),
    Person("Maya Salsabila", "ppk", "samudra", "walikota", "Wali Kota"),
    Person("Yohana Rumbiak", "keeper", "cendana", "pengelola", "BKD"),
    Person("Markus Wenda", "pyb", "cendana", "sekda", "Sekretariat Daerah"),
    Person("Elisabet Korwa", "ppk", "cendana", "gubernur", "Gubernur"),
    Person("Fajar Nugroho", "verifier", "pengawas", "verifikator", "Pokja Wilayah I"),
    Person("Intan Maharani", "verifier", "pengawas", "verifikator2", "Pokja Wilayah II"),
    Person("Surya Atmaja", "coordinator", "pengawas", "koordinator", "Pokja Wilayah I"),
    Person("Retno Wulandari", "plenary", "pengawas", "pleno", "Rapat Pleno"),
    Person("Galih Permana", "regional_office", "pengawas", "kanreg", "Kantor Regional"),
    Person("Siti Rahmawati", "consultant", "pengawas", "konsultan", "Klinik Konsultasi"),
    Person("Bayu Kurniawan", "administrator", "pengawas", "admin", "Sekretariat"),
    Person("Laras Kusuma", "reader", "pengawas", "pembaca", "Pembaca Nasional"),
    Person("Arif Budiman", "auditor", "pengawas", "auditor", "Inspektorat"),
)


def email(person: Person) -> str:
    """The person's sign-in."""
    return f"{person.address}@{AGENCIES[person.agency].mail}"
