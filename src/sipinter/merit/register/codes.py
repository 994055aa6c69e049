"""The register's codes and names as the staff tables' codes. Lookup tables of SQL: `word` of a cell -> code."""

from __future__ import annotations

from collections.abc import Mapping

SEXES = {
    "m": "male",
    "l": "male",
    "pria": "male",
    "lakilaki": "male",
    "1": "male",
    "f": "female",
    "p": "female",
    "wanita": "female",
    "perempuan": "female",
    "2": "female",
}
RELIGIONS = {
    "islam": "islam",
    "1": "islam",
    "kristen": "kristen",
    "protestan": "kristen",
    "kristenprotestan": "kristen",
    "2": "kristen",
    "katolik": "katolik",
    "katholik": "katolik",
    "kristenkatolik": "katolik",
    "3": "katolik",
    "hindu": "hindu",
    "4": "hindu",
    "budha": "buddha",
    "buddha": "buddha",
    "5": "buddha",
    "konghucu": "khonghucu",
    "khonghucu": "khonghucu",
    "6": "khonghucu",
    "lainnya": "lainnya",
    "kepercayaan": "lainnya",
    "7": "lainnya",
}
MARITAL = {
    "menikah": "married",
    "kawin": "married",
    "cerai": "divorced",
    "ceraihidup": "divorced",
    "ceraimati": "widowed",
    "janda": "widowed",
    "duda": "widowed",
    "jandaduda": "widowed",
    "belumkawin": "single",
    "belummenikah": "single",
    "tidakkawin": "single",
}
LEVELS_BY_ID = {
    "05": "sd",
    "10": "sltp",
    "12": "sltp",
    "15": "slta",
    "17": "slta",
    "18": "slta",
    "20": "d1",
    "25": "d2",
    "30": "d3",
    "35": "d4",
    "40": "s1",
    "45": "s2",
    "50": "s3",
}
LEVELS = {
    "sd": "sd",
    "sekolahdasar": "sd",
    "sltp": "sltp",
    "smp": "sltp",
    "sltpkejuruan": "sltp",
    "slta": "slta",
    "sma": "slta",
    "smk": "slta",
    "sltakejuruan": "slta",
    "sltakeguruan": "slta",
    "d1": "d1",
    "di": "d1",
    "diplomai": "d1",
    "d2": "d2",
    "dii": "d2",
    "diplomaii": "d2",
    "d3": "d3",
    "diii": "d3",
    "diplomaiii": "d3",
    "diplomaiiisarjanamuda": "d3",
    "d4": "d4",
    "div": "d4",
    "diplomaiv": "d4",
    "s1": "s1",
    "s1sarjana": "s1",
    "sarjana": "s1",
    "s2": "s2",
    "magister": "s2",
    "s2magister": "s2",
    "s3": "s3",
    "doktor": "s3",
    "s3doktor": "s3",
}
ECHELONS = {
    "11": "jpt_utama",
    "ia": "jpt_utama",
    "12": "jpt_madya",
    "ib": "jpt_madya",
    "21": "jpt_pratama",
    "iia": "jpt_pratama",
    "22": "jpt_pratama",
    "iib": "jpt_pratama",
    "31": "administrator",
    "iiia": "administrator",
    "32": "administrator",
    "iiib": "administrator",
    "41": "pengawas",
    "iva": "pengawas",
    "42": "pengawas",
    "ivb": "pengawas",
}
EXPECTATIONS = {
    "diatasekspektasi": "di_atas",
    "diatas": "di_atas",
    "1": "di_atas",
    "sesuaiekspektasi": "sesuai",
    "sesuai": "sesuai",
    "2": "sesuai",
    "dibawahekspektasi": "di_bawah",
    "dibawah": "di_bawah",
    "3": "di_bawah",
}
RATINGS = {
    "sangatbaik": "sangat_baik",
    "baik": "baik",
    "butuhperbaikan": "butuh_perbaikan",
    "cukup": "butuh_perbaikan",
    "kurang": "kurang",
    "kurangmisconduct": "kurang",
    "sangatkurang": "sangat_kurang",
}
GRADES = {
    "r": "light",
    "ringan": "light",
    "s": "medium",
    "sedang": "medium",
    "b": "heavy",
    "berat": "heavy",
    "1": "light",
    "2": "medium",
    "3": "heavy",
}
APPOINTMENTS = {
    "d": "none",
    "definitif": "none",
    "s": "none",
    "plt": "acting_same",
    "pelaksanatugas": "acting_same",
    "plh": "daily_same",
    "pelaksanaharian": "daily_same",
    "pj": "acting_same",
}
# The latest names first: a name holds one of the patterns.
LEADERSHIP = {
    "pkn_i": r"pkn (tingkat )?i\b|nasional tingkat i\b|diklatpim (tingkat|tk\.?)? ?i\b|spati",
    "pkn_ii": r"pkn (tingkat )?ii\b|nasional tingkat ii\b|diklatpim (tingkat|tk\.?)? ?ii\b|spamen",
    "pka": r"pka\b|administrator|diklatpim (tingkat|tk\.?)? ?iii\b|spama",
    "pkp": r"pkp\b|pengawas|diklatpim (tingkat|tk\.?)? ?iv\b|adum",
}
COURSES = {
    "seminar": r"seminar|workshop|lokakarya|webinar|konferensi",
    "functional": r"fungsional",
    "technical": r"teknis|bimtek|bimbingan teknis|kursus",
}
FUNCTIONAL = {
    "jf_ahli_utama": r"\b(ahli )?utama\b",
    "jf_ahli_madya": r"\b(ahli )?madya\b",
    "jf_ahli_muda": r"\b(ahli )?muda\b",
    "jf_ahli_pertama": r"\b(ahli )?pertama\b",
    "jf_penyelia": r"\bpenyelia\b",
    "jf_mahir": r"\bmahir\b|\bpelaksana lanjutan\b",
    "jf_pemula": r"\bpemula\b",
    "jf_terampil": r"\bterampil\b|\bpelaksana\b",
}
OUT_OF_SERVICE = r"pensiun|berhenti|diberhentikan|meninggal|wafat|tewas|hilang|mengundurkan|punah"
RANK = r"^(I|II|III|IV)/[a-d]$|^IV/e$|^(I|II|III|IV|V|VI|VII|VIII|IX|X|XI|XII|XIII|XIV|XV|XVI|XVII)$"


def lookup_sql(cell: str, table: Mapping[str, str]) -> str:
    """SQL: the code for a cell, null for none. A map, since a chain of cases makes the word again for each."""
    return f"{_map(table)}[word({cell})]"


def education_level_sql(name: str, number: str) -> str:
    """SQL: the level of education by its name, else by the register's number."""
    return f"coalesce({lookup_sql(name, LEVELS)}, {_map(LEVELS_BY_ID)}[lpad({number}, 2, '0')])"


def _map(table: Mapping[str, str]) -> str:
    return "MAP {" + ", ".join(f"'{key}': '{code}'" for key, code in table.items()) + "}"


def match_pattern_sql(cell: str, patterns: Mapping[str, str]) -> str:
    """SQL: the first code whose pattern a cell holds, null for none."""
    cases = " ".join(
        f"WHEN regexp_matches(lower({cell}), '{p}') THEN '{code}'" for code, p in patterns.items()
    )
    return f"CASE {cases} END"
