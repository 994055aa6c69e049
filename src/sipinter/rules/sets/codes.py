"""The codes that rule sets and staff tables share, with their names as they are published."""

from __future__ import annotations

from sipinter.rules.model import Text

EXPECTATIONS = {
    "di_atas": Text("Di atas ekspektasi", "Above expectation"),
    "sesuai": Text("Sesuai ekspektasi", "Meets expectation"),
    "di_bawah": Text("Di bawah ekspektasi", "Below expectation"),
}
POTENTIALS = {
    "tinggi": Text("Tinggi", "High"),
    "menengah": Text("Menengah", "Middle"),
    "rendah": Text("Rendah", "Low"),
}
RATINGS = {
    "sangat_baik": Text("Sangat Baik", "Very good"),
    "baik": Text("Baik", "Good"),
    "butuh_perbaikan": Text("Butuh Perbaikan", "Needs improvement"),
    "kurang": Text("Kurang", "Poor"),
    "sangat_kurang": Text("Sangat Kurang", "Very poor"),
}
ORGANISATIONS = ("istimewa", "baik", "butuh_perbaikan", "kurang", "sangat_kurang")
TIERS = {
    "jpt_utama": Text("JPT Utama", "Chief executive"),
    "jpt_madya": Text("JPT Madya", "Senior executive"),
    "jpt_pratama": Text("JPT Pratama", "Executive"),
    "administrator": Text("Administrator", "Administrator"),
    "pengawas": Text("Pengawas", "Supervisor"),
    "pelaksana": Text("Pelaksana", "Executing staff"),
    "jf_ahli_utama": Text("JF Ahli Utama", "Functional, expert, chief"),
    "jf_ahli_madya": Text("JF Ahli Madya", "Functional, expert, senior"),
    "jf_ahli_muda": Text("JF Ahli Muda", "Functional, expert, junior"),
    "jf_ahli_pertama": Text("JF Ahli Pertama", "Functional, expert, first"),
    "jf_penyelia": Text("JF Penyelia", "Functional, skilled, supervising"),
    "jf_mahir": Text("JF Mahir", "Functional, skilled, proficient"),
    "jf_terampil": Text("JF Terampil", "Functional, skilled"),
    "jf_pemula": Text("JF Pemula", "Functional, skilled, beginner"),
}
# From the least to the most.
EDUCATION = ("sd", "sltp", "slta", "d1", "d2", "d3", "d4", "s1", "s2", "s3")
LEADERSHIP = ("none", "pkp", "pka", "pkn_ii", "pkn_i")
RANKS = tuple(
    f"{roman}/{letter}"
    for roman in ("I", "II", "III", "IV")
    for letter in "abcde"
    if roman == "IV" or letter != "e"
)
KINDS_OF_STAFF = ("pns", "pppk")
GRADES = ("none", "light", "medium", "heavy")
GROUPS = ("structural", "functional", "executive")


def post_group(tier: str) -> str:
    """The group of posts of a tier in the professionalism index."""
    if tier == "pelaksana":
        return "executive"
    return "functional" if tier.startswith("jf_") else "structural"
