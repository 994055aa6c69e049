"""Makes regions.csv: `python -m sipinter.foundation.agencies.data.build [folder of idn-area-data]`.

Reads the regencies and cities of the npm package idn-area-data (`node_modules/idn-area-data/data` unless
another folder is given), and provinces.csv and spellings.csv beside this file. README.md names the sources
and the licence. Only a person who updates the data runs it; the program reads the file it made.
"""

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE_DATA = Path("node_modules/idn-area-data/data")
COLUMNS = (
    "code",
    "name",
    "type",
    "slug",
    "aliases",
    "province_code",
    "province",
    "time_zone",
    "regional_office",
)
TYPES = {"Kabupaten": "kabupaten", "Kota": "kota"}
# The six parts of Jakarta are administrative, not autonomous: no agency of their own (UU 2/2024).
ADMINISTRATIVE = re.compile(r"^(Kabupaten|Kota) Administrasi ")

Row = dict[str, str]


def read_csv_rows(path: Path) -> list[Row]:
    """Rows of a CSV file with a header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def slugify_name(name: str) -> str:
    """Lower case words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def province_row(province: Row) -> Row:
    """The provincial government."""
    return {
        "code": province["code"],
        "name": province["agency"],
        "type": "provinsi",
        "slug": province["slug"],
        "aliases": province["aliases"],
        "province_code": "",
        "province": province["name"],
        "time_zone": province["time_zone"],
        "regional_office": province["regional_office"],
    }


def regency_row(regency: Row, province: Row, aliases: str) -> Row:
    """The government of a regency or city; time zone and regional office are its province's."""
    return {
        "code": regency["code"],
        "name": f"Pemerintah {regency['name']}",
        "type": TYPES[regency["name"].split()[0]],
        "slug": slugify_name(regency["name"]),
        "aliases": aliases,
        "province_code": province["code"],
        "province": province["name"],
        "time_zone": province["time_zone"],
        "regional_office": province["regional_office"],
    }


def region_rows(package_data: Path) -> Iterator[Row]:
    """Provinces first, then regencies and cities, both by code."""
    provinces = {row["code"]: row for row in read_csv_rows(HERE / "provinces.csv")}
    spellings = {row["code"]: row["aliases"] for row in read_csv_rows(HERE / "spellings.csv")}
    yield from (province_row(row) for row in provinces.values())
    for regency in sorted(read_csv_rows(package_data / "regencies.csv"), key=lambda row: row["code"]):
        if not ADMINISTRATIVE.match(regency["name"]):
            province = provinces[regency["province_code"]]
            yield regency_row(regency, province, spellings.get(regency["code"], ""))


def main(package_data: Path = PACKAGE_DATA) -> None:
    """Write regions.csv."""
    with (HERE / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(region_rows(package_data))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
