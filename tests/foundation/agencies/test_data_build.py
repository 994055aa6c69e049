"""The script that makes regions.csv from the package's files."""

from pathlib import Path

from sipinter.foundation.agencies.data import build

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = """code,province_code,name
32.73,32,Kota Bandung
31.01,31,Kabupaten Administrasi Kepulauan Seribu
62.71,62,Kota Palangkaraya
32.04,32,Kabupaten Bandung
"""


def test_rows_follow_the_package_and_our_files(tmp_path: Path) -> None:
    (tmp_path / "regencies.csv").write_text(PACKAGE, encoding="utf-8")
    made = [
        (r["code"], r["name"], r["slug"], r["province"], r["aliases"]) for r in build.region_rows(tmp_path)
    ]
    assert len(made) == 38 + 3
    assert made[38:] == [
        ("32.04", "Pemerintah Kabupaten Bandung", "kabupaten-bandung", "Jawa Barat", ""),
        ("32.73", "Pemerintah Kota Bandung", "kota-bandung", "Jawa Barat", ""),
        (
            "62.71",
            "Pemerintah Kota Palangkaraya",
            "kota-palangkaraya",
            "Kalimantan Tengah",
            "Pemerintah Kota Palangka Raya",
        ),
    ]


def test_committed_file_is_what_the_script_makes() -> None:
    package = ROOT / build.PACKAGE_DATA
    assert list(build.region_rows(package)) == build.read_csv_rows(build.HERE / "regions.csv")
