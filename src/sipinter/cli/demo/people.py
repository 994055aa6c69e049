"""Who and what the demonstration invents. No person or agency here exists."""

from dataclasses import dataclass

from sipinter.foundation.access.roles import Role

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
    role: Role
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
    DemoPerson("Ratna Lestari", Role.KEEPER, "tirta", "pengelola", "BKPSDM"),
    DemoPerson("Bagus Prakoso", Role.TEAM, "tirta", "tim", "Bidang Mutasi dan Promosi", ("3", "4")),
    DemoPerson(
        "Wulan Anggraini",
        Role.TEAM,
        "tirta",
        "tim.diklat",
        "Bidang Pengembangan",
        ("3.7", "3.8", "3.9", "3.10"),
    ),
    DemoPerson("Hendra Wibowo", Role.PYB, "tirta", "sekda", "Sekretariat Daerah"),
    DemoPerson("Dian Puspitasari", Role.PPK, "tirta", "bupati", "Bupati"),
    DemoPerson("Yoga Saputra", Role.EMPLOYEE, "tirta", "pegawai", "Dinas Kominfo"),
    DemoPerson("Nurhayati Daeng", Role.KEEPER, "samudra", "pengelola", "BKPSDM"),
    DemoPerson("Andi Rahmat", Role.TEAM, "samudra", "tim", "Bagian Organisasi"),
    DemoPerson("Syarifuddin Latif", Role.PYB, "samudra", "sekda", "Sekretariat Daerah"),
    DemoPerson("Maya Salsabila", Role.PPK, "samudra", "walikota", "Wali Kota"),
    DemoPerson("Yohana Rumbiak", Role.KEEPER, "cendana", "pengelola", "BKD"),
    DemoPerson("Markus Wenda", Role.PYB, "cendana", "sekda", "Sekretariat Daerah"),
    DemoPerson("Elisabet Korwa", Role.PPK, "cendana", "gubernur", "Gubernur"),
    DemoPerson("Fajar Nugroho", Role.VERIFIER, "pengawas", "verifikator", "Pokja Wilayah I"),
    DemoPerson("Intan Maharani", Role.VERIFIER, "pengawas", "verifikator2", "Pokja Wilayah II"),
    DemoPerson("Surya Atmaja", Role.COORDINATOR, "pengawas", "koordinator", "Pokja Wilayah I"),
    DemoPerson("Retno Wulandari", Role.PLENARY, "pengawas", "pleno", "Rapat Pleno"),
    DemoPerson("Galih Permana", Role.REGIONAL_OFFICE, "pengawas", "kanreg", "Kantor Regional"),
    DemoPerson("Siti Rahmawati", Role.CONSULTANT, "pengawas", "konsultan", "Klinik Konsultasi"),
    DemoPerson("Bayu Kurniawan", Role.ADMINISTRATOR, "pengawas", "admin", "Sekretariat"),
    DemoPerson("Laras Kusuma", Role.READER, "pengawas", "pembaca", "Pembaca Nasional"),
    DemoPerson("Arif Budiman", Role.AUDITOR, "pengawas", "auditor", "Inspektorat"),
)


def demo_email(person: DemoPerson) -> str:
    """The person's sign-in."""
    return f"{person.address}@{AGENCIES[person.agency].mail}"
