"""Importing the register: what the built-in files hold, idempotence, faults."""

from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sipinter.foundation.access.actor import NOBODY, Actor, Grant, system_actor
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.agencies import queries
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.agencies.register import CENTRAL, REGIONS, InvalidRegister, read_register
from sipinter.foundation.agencies.services import RegisterImport, import_register
from sipinter.foundation.audit.models import Event

from ... import factories

pytestmark = pytest.mark.django_db
HEADER = "code,name,type,slug,aliases,time_zone,province_code\n"


@pytest.fixture
def register() -> RegisterImport:
    return import_register(actor=system_actor())


def write(folder: Path, rows: str, header: str = HEADER) -> Path:
    path = folder / "own.csv"
    path.write_text(header + rows, encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(InvalidRegister) as caught:
        import_register(path, actor=system_actor())
    return [str(fault) for fault in caught.value.faults]


def test_agencies_by_type(register: RegisterImport) -> None:
    active = Agency.objects.filter(is_active=True)
    assert Counter(active.values_list("type", flat=True)) == {
        "kementerian": 48,
        "lpnk": 26,
        "lns": 14,
        "lembaga_negara": 11,
        "provinsi": 38,
        "kabupaten": 415,
        "kota": 93,
    }
    assert register == RegisterImport(created=664, updated=0, unchanged=0)


def test_every_province_has_its_government_and_members(register: RegisterImport) -> None:
    assert len(queries.province_names()) == 38
    governments = Agency.objects.filter(type="provinsi")
    assert set(governments.values_list("province", flat=True)) == set(queries.province_names())
    members = Agency.objects.filter(type__in=("kabupaten", "kota"))
    # Jakarta's cities are administrative: the province alone has a government.
    assert {(a.parent.type, a.parent.province) for a in members.select_related("parent")} == {
        ("provinsi", name) for name in queries.province_names() if name != "DKI Jakarta"
    }


@pytest.mark.parametrize(
    ("slug", "name", "zone", "office"),
    [
        ("provinsi-aceh", "Pemerintah Aceh", "WIB", "Kantor Regional XIII BKN Banda Aceh"),
        (
            "provinsi-di-yogyakarta",
            "Pemerintah Daerah Daerah Istimewa Yogyakarta",
            "WIB",
            "Kantor Regional I BKN Yogyakarta",
        ),
        ("provinsi-dki-jakarta", "Pemerintah Provinsi DKI Jakarta", "WIB", "Kantor Regional V BKN Jakarta"),
        ("kota-bandung", "Pemerintah Kota Bandung", "WIB", "Kantor Regional III BKN Bandung"),
        ("kota-bontang", "Pemerintah Kota Bontang", "WITA", "Kantor Regional VIII BKN Banjarbaru"),
        ("kabupaten-merauke", "Pemerintah Kabupaten Merauke", "WIT", "Kantor Regional IX BKN Jayapura"),
        ("bpom", "Badan Pengawas Obat dan Makanan", "WIB", ""),
    ],
)
def test_agency_as_the_files_give_it(
    register: RegisterImport, slug: str, name: str, zone: str, office: str
) -> None:
    agency = Agency.objects.get(slug=slug)
    assert (agency.name, agency.time_zone_label, agency.regional_office) == (name, zone, office)


def test_former_agencies_stay_but_are_not_active(register: RegisterImport) -> None:
    former = Agency.objects.get(slug="kemenristek")
    assert (former.name, former.is_active) == ("Kementerian Riset dan Teknologi", False)


def test_names_and_former_names_lead_to_the_agency(register: RegisterImport) -> None:
    names = queries.agencies_by_name()
    found = {
        name: names[name.casefold()].slug
        for name in ("BKKBN", "Perpustakaan Nasional", "Pemerintah Kota Palangka Raya", "Kota Bandung")
        if name.casefold() in names
    }
    assert found == {
        "BKKBN": "kemendukbangga",
        "Perpustakaan Nasional": "perpusnas",
        "Pemerintah Kota Palangka Raya": "kota-palangkaraya",
    }


def test_second_import_changes_nothing_and_records_nothing(register: RegisterImport) -> None:
    assert import_register(actor=system_actor()) == RegisterImport(created=0, updated=0, unchanged=664)
    assert Event.objects.filter(action="register.imported").count() == 1


def test_import_is_one_event_and_few_queries() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries_made:
        import_register(actor=system_actor("the demonstration"))
    assert len(queries_made) < 60
    event = Event.objects.get()
    assert (event.action, event.who, event.changes) == (
        "register.imported",
        "the demonstration",
        {"created": [0, 664]},
    )


def test_change_by_hand_is_set_right_and_recorded(register: RegisterImport) -> None:
    Agency.objects.filter(slug="kota-bandung").update(name="Pemkot Bandung", time_zone="Asia/Jayapura")
    assert import_register(actor=system_actor()) == RegisterImport(created=0, updated=1, unchanged=663)
    event = Event.objects.order_by("pk").last()
    assert event.changes == {
        "created": [0, 0],
        "32.73": {
            "name": ["Pemkot Bandung", "Pemerintah Kota Bandung"],
            "time_zone": ["Asia/Jayapura", "Asia/Jakarta"],
        },
    }


def test_agencies_outside_the_files_stay(register: RegisterImport) -> None:
    invented = factories.make_agency("Pemerintah Kabupaten Melati", is_invented=True)
    import_register(actor=system_actor())
    assert Agency.objects.get(pk=invented.pk).name == "Pemerintah Kabupaten Melati"


def test_slug_of_an_agency_outside_the_file_is_refused(tmp_path: Path) -> None:
    factories.make_agency("Pemerintah Kota Contoh", slug="kota-contoh")
    path = write(tmp_path, "99.01,Pemerintah Kota Contoh Dua,kota,kota-contoh,,WIB,\n")
    assert faults(path) == ["own.csv:2: slug: “kota-contoh” is used by an agency outside the file"]


@pytest.mark.parametrize(
    "actor",
    [NOBODY, Actor(1, "Rina", (Grant("keeper", 1),)), Actor(1, "Adi", (Grant("verifier", 1),))],
)
def test_nobody_else_imports(actor: Actor) -> None:
    with pytest.raises(Denied):
        import_register(actor=actor)
    assert not Agency.objects.exists()


def test_national_administrator_imports(tmp_path: Path) -> None:
    body = factories.make_agency("Badan Contoh", "lpnk")
    admin = factories.make_user("Wati", ("administrator", body))
    path = write(tmp_path, "99.01,Pemerintah Kota Contoh,kota,kota-contoh,,WIB,\n")
    assert import_register(path, actor=factories.actor(admin)) == RegisterImport(1, 0, 0)
    assert Event.objects.get().who == "Wati"


def test_every_fault_is_named_and_nothing_is_imported(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "99.01,Pemerintah Kota Contoh,kota,kota-contoh,,WIB,\n"
        ",Pemerintah Kota Dua,kota,kota-dua,,WIB,\n"
        "99.03,Pemerintah Kota Tiga,desa,Kota Tiga,,GMT,\n"
        "99.04,Pemerintah Kota Empat,kota,kota-empat,,WIB,77\n"
        "99.04,Pemerintah Kota Lima,kota,kota-lima,Pemerintah Kota Contoh,WIB,\n"
        "99.06,Pemerintah Kota Enam,kota,kota-enam,,WIB,,,,\n",
    )
    assert faults(path) == [
        "own.csv:3: code: is empty",
        "own.csv:4: slug: “Kota Tiga” may hold only small letters, digits and hyphens",
        "own.csv:4: type: “desa” is not one of: kementerian, lpnk, lns, lembaga_negara, provinsi, "
        "kabupaten, kota",
        "own.csv:4: time_zone: must be WIB, WITA or WIT",
        "own.csv:7: more cells than the header has columns",
        "own.csv:5: code: “99.04” is used more than once",
        "own.csv:6: code: “99.04” is used more than once",
        "own.csv:2: name: “Pemerintah Kota Contoh” also names another agency",
        "own.csv:6: aliases: “Pemerintah Kota Contoh” also names another agency",
        "own.csv:5: province_code: there is no province “77”",
    ]
    assert not Agency.objects.exists()


def test_file_that_is_not_there_or_not_text_or_lacks_columns(tmp_path: Path) -> None:
    assert faults(tmp_path / "none.csv") == ["none.csv:1: there is no such file"]
    (tmp_path / "latin.csv").write_bytes("code,name\n1,Kota Caf\xe9".encode("latin-1"))
    assert faults(tmp_path / "latin.csv") == ["latin.csv:1: the file is not UTF-8 text"]
    (tmp_path / "short.csv").write_text("code,name,type,slug,aliases\n", encoding="utf-8")
    assert faults(tmp_path / "short.csv") == ["short.csv:1: time_zone: this column is missing"]


def test_built_in_files_hold() -> None:
    assert len(read_register()) == len(read_register(REGIONS)) + len(read_register(CENTRAL)) == 664
