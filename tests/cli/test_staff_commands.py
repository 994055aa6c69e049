"""`sipinter staff` and `sipinter selection`: shapes of the answers, exit codes, one line a fault."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sipinter.cli.main import main
from sipinter.rules.messages import Message, Refusal


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPINTER_LANG", "en")
    monkeypatch.delenv("SIPINTER_RULES", raising=False)


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin, catch_exceptions=False)


def answer(*arguments: str, stdin: str | None = None) -> dict:
    result = run(*arguments, stdin=stdin)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout, parse_float=str)


def test_box() -> None:
    found = answer(
        "staff",
        "box",
        "91,75",
        "88.9333333",
        "--rules",
        "bkn-411-2025",
        "--technical",
        "82",
        "--tier",
        "JPT Pratama",
    )
    assert {key: found[key] for key in ("box", "talent_value", "target_value", "potential_level")} == {
        "box": 9,
        "talent_value": "90.3416667",
        "target_value": "87.8391667",
        "potential_level": "tinggi",
    }
    assert answer("staff", "box", "80", "79.9999999")["box"] == 7
    assert answer("staff", "box", "80", "60", "--rules", "permenpanrb-3-2020-90-78")["box"] == 2


def test_small_questions() -> None:
    """Worked examples of the rules, as a user asks for them."""
    assert answer("staff", "nip", "199009132025242014")["pppk_code"] == 24
    assert answer("staff", "sanction", "12")["sanction"] == "allowance_cut_6"
    assert answer("staff", "sanction", "12", "--consecutive", "10")["sanction"] == "dismissal"
    assert answer("staff", "jpm", "32", "36") == {
        "rules": "bkn-26-2019",
        "jpm": "88.89",
        "gap": -4,
        "filling": "Memenuhi Syarat",
        "mapping": "Cukup Optimal",
    }
    found = answer("staff", "need", "52800", "--holders", "2", "--rules", "abk-1-2020")
    assert (found["load"], found["need"], found["efficiency"], found["grade"]) == ("0.704", 1, "0.352", "E")
    assert answer("staff", "need", "72000", "--rules", "abk-75-2004")["load"] == 1
    assert answer("staff", "rating", "di-atas", "sesuai ekspektasi")["rating_name"] == "Good"
    assert answer("staff", "retire", "1966-07-31", "jpt_pratama", "--on", "2026-08-01") == {
        "rules": "retirement-pp-11-2017",
        "birth_date": "1966-07-31",
        "tier": "jpt_pratama",
        "tier_name": "Executive",
        "age": 60,
        "retires_on": "2026-08-01",
        "retired": True,
    }


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("box", "-1", "50"), "Y: -1 is not between 0 and 100"),
        (("box", "50", "100.5"), "X: 100.5 is not between 0 and 100"),
        (("box", "x", "50"), "Y: “x” is not a figure"),
        (("box", "50", "50", "--technical", "60"), "TIER: “” is not one of: jpt_utama"),
        (
            ("box", "50", "50", "--rules", "x"),
            "unknown rules “x” of the kind talent; available: bkn-411-2025",
        ),
        (("box", "50", "50", "--on", "tomorrow"), "--on: “tomorrow” is not a date"),
        (("sanction", "2.5"), "DAYS: “2.5” is not a whole number"),
        (("jpm", "3", "0"), "REQUIRED: 0 is not above 0"),
        (("need", "-5"), "MINUTES: -5 is negative"),
        (
            ("rating", "di atas", "luar biasa"),
            "BEHAVIOUR: “luar biasa” is not one of: di_atas, sesuai, di_bawah",
        ),
        (("retire", "1966-02-30", "pelaksana"), "BIRTHDATE: “1966-02-30” is not a date"),
        (
            ("retire", "2190-01-01", "pelaksana", "--on", "2026-07-01"),
            "BIRTHDATE: 2190-01-01 lies after 2026-07-01",
        ),
        (("retire", "1966-02-03", "lurah"), "TIER: “lurah” is not one of: jpt_utama"),
        (("need", "60", "--holders", "1.5"), "--holders: “1.5” is not a whole number"),
        (("need", "60", "--holders", "-1"), "--holders: -1 is negative"),
        (("box", "50", "50", "--tier", "JPT Pratama"), "--technical: “” is not a figure"),
        (
            ("box", "50", "50", "--technical", "101", "--tier", "JPT Pratama"),
            "--technical: 101 is not between 0 and 100",
        ),
        (("jpm", "1001", "5"), "REACHED: 1001 is not between 0 and 1000"),
        (("sanction", "5", "--consecutive", "6"), "--consecutive: 6 is not between 0 and 5"),
        (("map", "/nowhere", "--out", "x.csv"), "/nowhere: is not a folder"),
        (("map", ".", "--out", "x.doc"), "x.doc: must end in one of: .csv, .parquet, .json"),
        (
            ("sample", "--agencies", "0", "--employees", "1", "--out", "x"),
            "--agencies: 0 is not between 1 and",
        ),
    ],
)
def test_a_fault_is_one_line_and_exit_code_2(arguments: tuple[str, ...], line: str) -> None:
    result = run("staff", *arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(line)


def test_a_wrong_number_is_answered_and_exits_with_2() -> None:
    result = run("staff", "nip", "198613262015051001")
    assert (result.exit_code, json.loads(result.stdout)["valid"]) == (2, False)
    assert result.stderr == "NIP 198613262015051001: digits 1-8 are not a date of birth\n"


def test_rules_are_listed_with_their_sources() -> None:
    result = run("staff", "rules", "--json")
    found = {entry["id"]: entry for entry in json.loads(result.stdout)}
    assert found["abk-75-2004"]["valid_until"] == "2019-12-31"
    assert found["permenpanrb-3-2020-90-78"]["extends"] == "bkn-411-2025"
    assert found["bkn-26-2019"]["figures"]["required_levels"] == "confirm"
    assert "bkn-411-2025" in run("staff", "rules").stdout


def test_the_order_of_a_selection() -> None:
    """2018: Bedu 71.600, Cita 67.400, Adul 66.000."""
    people = "participant,formation,skd,skb\nAdul,umum,300,70\nBedu,umum,295,80\nCita,umum,280,75\n"
    found = answer(
        "selection", "rank", "-", "--rules", "selection-2018", "--posts", "1", "--json", stdin=people
    )
    assert [(p["participant"], p["final"], p["selected"]) for p in found["ranking"]] == [
        ("Bedu", "71.6", True),
        ("Cita", "67.4", False),
        ("Adul", 66, False),
    ]
    table = run("selection", "rank", "-", "--rules", "selection-2018", "--posts", "1", stdin=people).stdout
    assert table.splitlines()[1].split() == ["1", "Bedu", "umum", "295", "80", "71.6", "yes"]


def test_faults_of_a_selection_name_file_row_and_column() -> None:
    result = run("selection", "rank", "-", "--posts", "1", stdin="participant,skd\nA,9999\nB,x\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "stdin: row 2, column skd: 9999 lies above 550",
        "stdin: row 3, column skd: “x” is not a figure",
        "stdin: row 3, column skd: neither the total nor all three parts are given",
    ]
    assert run("selection", "rank", "-", "--posts", "0", stdin="").stderr == "--posts: 0 is not above 0\n"


def test_from_a_sample_to_a_map_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Nothing but the answer and progress is printed, not even by the engine when it ends."""
    environment = {**os.environ, "SIPINTER_LANG": "en"}
    for arguments in (
        ["sample", "--agencies", "2", "--employees", "200", "--out", str(tmp_path)],
        ["map", str(tmp_path), "--on", "2026-07-01", "--out", str(tmp_path / "map.csv")],
        ["professionalism", str(tmp_path), "--on", "2026-07-01", "--out", str(tmp_path / "index.json")],
        ["competence", str(tmp_path), "--on", "2026-07-01", "--out", str(tmp_path / "competence.parquet")],
    ):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from sipinter.cli.main import main; main()",
                "staff",
                *arguments,
                "--json",
            ],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        told = [line for line in done.stderr.splitlines() if not line.startswith("facts: ")]
        assert (done.returncode, told) == (0, [])
        assert json.loads(done.stdout)["out"].startswith(str(tmp_path))
    assert len((tmp_path / "map.csv").read_text(encoding="utf-8").splitlines()) == 201


def test_successors_and_their_fairness(tmp_path: Path) -> None:
    folder, out, left = tmp_path / "staff", tmp_path / "best.csv", tmp_path / "left.csv"
    run("staff", "sample", "--agencies", "2", "--employees", "3000", "--out", str(folder))
    found = answer(
        "staff",
        "successors",
        str(folder),
        "--critical",
        "--on",
        "2026-07-01",
        "--best",
        "2",
        "--out",
        str(out),
        "--exclusions",
        str(left),
        "--json",
    )
    counts = found["completeness"]
    assert counts["candidates"] == sum(counts[s] for s in ("ready", "ready_soon", "to_check", "excluded")) > 0
    assert found["rule_id"] == "bkn-411-2025"
    heading = out.read_text(encoding="utf-8").splitlines()[0]
    assert heading.startswith(
        "post,post_agency,post_tier,status,rank,nip,agency,unit,holds,tier,box,talent_value"
    )
    posts = (tmp_path / "best.posts.csv").read_text(encoding="utf-8").splitlines()
    assert len(posts) == counts["posts"] + 1
    excluded = left.read_text(encoding="utf-8").splitlines()
    assert len(excluded) == counts["to_check"] + counts["excluded"] + 1
    fair = answer(
        "staff",
        "fairness",
        str(out),
        "--column",
        "status",
        "--values",
        "ready",
        "--pool",
        str(left),
        "--attributes",
        str(folder / "employee.parquet"),
        "--out",
        str(tmp_path / "fair.csv"),
        "--json",
    )
    assert fair["attributes"]["sex"]["compared"]
    shown = run(
        "staff",
        "fairness",
        str(out),
        "--column",
        "status",
        "--values",
        "ready",
        "--attributes",
        str(folder / "employee.parquet"),
        "--out",
        str(tmp_path / "fair.csv"),
    )
    assert shown.stdout.startswith("Attribute  Group")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "give one of --posts FILE, --critical and --all"),
        (("--critical", "--posts", "x.csv"), "give one of --posts FILE, --critical and --all"),
        (("--critical", "--scope", "world"), "--scope: “world” is not one of: agency, national"),
        (("--critical", "--best", "0"), "--best: 0 is not above 0"),
    ],
)
def test_faults_of_successors(tmp_path: Path, arguments: tuple[str, ...], line: str) -> None:
    result = run("staff", "successors", str(tmp_path), *arguments, "--out", str(tmp_path / "x.csv"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(line)


def test_open_selection() -> None:
    content = "participant,paper,assessment_centre,interview,track_record\nA,80,90,70,60\nB,90,90,90,\n"
    found = answer("staff", "open-selection", "-", "--json", stdin=content)
    assert found["weights"] == {"paper": 20, "assessment_centre": 25, "interview": 35, "track_record": 20}
    assert [(r["participant"], r["rank"], r["total"], r["proposed"]) for r in found["ranking"]] == [
        ("A", 1, 75, True),
        ("B", None, None, None),
    ]
    assert run("staff", "open-selection", "-", stdin=content).stdout.startswith("Rank  Participant")


def test_passing_grades() -> None:
    content = "participant,formation,twk,tiu,tkp\nA,umum,64,80,166\nB,papua,60,60,166\n"
    found = answer("selection", "passing", "-", "--rules", "selection-2024", "--json", stdin=content)
    assert found["failures"] == [
        {
            "participant": "A",
            "formation": "umum",
            "category": "umum",
            "part": "twk",
            "score": 64,
            "grade": 65,
            "short": 1,
        },
    ]
    assert [f["passed"] for f in found["formations"] if f["participants"]] == [0, 1]
    assert run("selection", "passing", "-", "--rules", "selection-2024", stdin=content).exit_code == 0
    none = run("selection", "passing", "-", "--rules", "selection-2018", stdin=content)
    assert (none.exit_code, none.stderr) == (2, "the rules selection-2018 have no passing grades\n")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    result = CliRunner().invoke(
        main, ["staff", "sample", "--agencies", "1", "--employees", "60", "--out", str(folder)]
    )
    assert result.exit_code == 0
    return folder


PEOPLE = (
    "nip_baru;nama;tanggal_lahir;jenis_kelamin;jabatan_nama;jenis_jabatan_id;instansi_kerja_id;nip_lama;agama_nama;"
    "jenis_kawin_nama;jenis_pegawai_nama;kedudukan_hukum_nama;tmt_cpns;tmt_pns;gol_akhir_nama;tmt_golongan;"
    "jenis_jabatan_nama;jabatan_id;tmt_jabatan;tingkat_pendidikan_id;tingkat_pendidikan_nama;pendidikan_nama;tahun_lulus;"
    "unor_id;unor_nama;instansi_induk_id\n"
    "'198609262015051001;Ayu;26-09-1986;M;Pengelola;4;A1;null;Islam;Menikah;PNS;Aktif;01-05-2015;01-05-2016;II/c;"
    "01-05-2019;Umum;J1;01-02-2020;;SLTA;SMA;2004;U1;Unit;A1\n"
)


@pytest.mark.parametrize(
    ("text", "code", "faults"),
    [(PEOPLE, 0, {}), (PEOPLE.replace(";M;", ";F;"), 1, {"sex_nip": 1}), ("a;b\n1;2\n", 2, None)],
)
def test_the_exit_code_of_an_import_tells_of_faults(
    tmp_path: Path, text: str, code: int, faults: dict[str, int] | None
) -> None:
    export = tmp_path / "pegawai.csv"
    export.write_text(text, encoding="utf-8")
    result = run(
        "staff", "import", str(export), "--out", str(tmp_path / "out"), "--on", "2026-07-01", "--json"
    )
    assert result.exit_code == code
    if faults is None:
        assert (result.stdout, result.stderr.count("\n")) == ("", 1)
        assert not (tmp_path / "out").exists()
    else:
        found = json.loads(result.stdout)
        assert {key: n for key, n in found["faults"].items() if key != "all"} == faults
        assert found["all"]["no_assessment"] == found["written"]["employee"] == 1
        assert "pegawai.csv: 1 row read" in result.stderr
        assert found["facts"]["on"] == "2026-07-01"
        assert (tmp_path / "out" / "facts.parquet").exists()


def test_written_tables_have_their_facts_unless_they_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A map of the day comes out the same from the facts; without memory for them the tables stay."""
    words = ["staff", "sample", "--agencies", "1", "--employees", "300", "--on", "2026-07-01", "--out"]
    assert json.loads(run(*words, str(tmp_path / "a"), "--no-facts", "--json").stdout)["facts"] is None
    assert json.loads(run(*words, str(tmp_path / "b"), "--json").stdout)["facts"]["on"] == "2026-07-01"
    maps = [tmp_path / name / "map.csv" for name in ("a", "b")]
    for out in maps:
        assert not run("staff", "map", str(out.parent), "--on", "2026-07-01", "--out", str(out)).exit_code
    assert maps[0].read_bytes() == maps[1].read_bytes()
    assert [(tmp_path / name / "facts.json").exists() for name in ("a", "b")] == [False, True]
    monkeypatch.setattr("sipinter.cli.staff_facts.prepare_facts", no_memory)
    done = run(*words, str(tmp_path / "c"), "--lang", "en", "--json")
    assert (done.exit_code, json.loads(done.stdout)["facts"]) == (0, None)
    assert done.stderr == "the tables are written, the facts of the day are not: no room\n"


def no_memory(*_: object, **__: object) -> None:
    raise Refusal(Message("no room"))


def test_preparing_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("staff", "sample", "--agencies", "1", "--employees", "300", "--no-facts", "--out", str(tmp_path))
    monkeypatch.setattr("sipinter.cli.staff_facts.SECONDS_BETWEEN", -1)
    done = run("staff", "prepare", str(tmp_path), "--on", "2026-07-01", "--lang", "en")
    assert done.stderr == "facts: 300 employees\n"


@pytest.mark.parametrize(("lang", "words"), [("en", "rules: bkn-411-2025"), ("id", "aturan: bkn-411-2025")])
def test_one_person_explained_in_both_languages(sample: Path, tmp_path: Path, lang: str, words: str) -> None:
    answer("staff", "map", str(sample), "--on", "2026-07-01", "--out", str(tmp_path / "m.json"), "--json")
    nip = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))[0]["nip"]
    result = run("staff", "explain", nip, str(sample), "--on", "2026-07-01", "--lang", lang)
    assert (result.exit_code, words in result.stdout) == (0, True)
    assert "Peraturan Menteri PANRB Nomor 38 Tahun 2018" in result.stdout
    found = answer("staff", "explain", nip, str(sample), "--on", "2026-07-01", "--json")
    assert [s["section"] for s in found["sections"]] == [
        "performance",
        "potential",
        "box",
        "professionalism",
        "competence",
        "retirement",
    ]


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json"])
@pytest.mark.parametrize("command", ["workload", "projection", "retirement", "rating", "training"])
def test_computations_on_posts_and_heads_write_every_form(
    sample: Path, tmp_path: Path, command: str, suffix: str
) -> None:
    out = tmp_path / f"out.{suffix}"
    result = run("staff", command, str(sample), "--on", "2026-07-01", "--out", str(out))
    assert (result.exit_code, out.stat().st_size > 0) == (0, True)
    meta = json.loads(out.with_name(out.name + ".meta.json").read_text(encoding="utf-8"))
    assert (meta["on"], len(meta["input_sha256"]), bool(meta["rule_id"])) == ("2026-07-01", 64, True)


def test_a_plan_within_the_budget(sample: Path, tmp_path: Path) -> None:
    courses, out = tmp_path / "courses.csv", tmp_path / "plan.json"
    courses.write_text("course,competence,levels,hours,cost,places\nJP,,0,20,100,50\n", encoding="utf-8")
    common = ("staff", "training", str(sample), "--on", "2026-07-01", "--out", str(out))
    found = answer(*common, "--courses", str(courses), "--budget", "550", "--json")
    assert (found["places"], found["cost"], found["optimal"]) == (5, 500, True)
    assert len(json.loads(out.read_text(encoding="utf-8"))) == 5
    assert run(*common, "--budget", "550").exit_code == 2


def test_an_import_prints_what_was_read_written_and_found(tmp_path: Path) -> None:
    export = tmp_path / "pegawai.csv"
    export.write_text(PEOPLE.replace(";M;", ";F;"), encoding="utf-8")
    out = tmp_path / "out"
    done = run("staff", "import", str(export), "--out", str(out), "--on", "2026-07-01", "--no-facts")
    pairs = dict(line.rsplit(maxsplit=1) for line in done.stdout.splitlines())
    assert done.exit_code == 1
    assert pairs.items() >= {("read: pegawai.csv", "1"), ("faults", "1"), ("fault: sex_nip", "1")}
    assert pairs["written: employee"] == "1"
    assert "checking" in done.stderr.splitlines()
    assert not (out / "facts.parquet").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("map", "{sample}", "--on", "2026-07-01", "--out"),
        ("diff", "{sample}", "{sample}", "--out"),
        ("training", "{sample}", "--on", "2026-07-01", "--out"),
    ],
)
def test_a_folder_in_the_place_of_a_file_is_refused(
    sample: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "out.csv").mkdir()
    result = run("staff", *(word.format(sample=sample) for word in words), str(tmp_path / "out.csv"))
    assert (result.exit_code, result.stderr) == (2, f"{tmp_path}/out.csv: is a folder\n")
    result = run("staff", *(word.format(sample=sample) for word in words), str(tmp_path / "no" / "out.csv"))
    assert (result.exit_code, result.stderr) == (2, f"{tmp_path}/no: is not a folder\n")


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    taken, export = tmp_path / "taken", tmp_path / "pegawai.csv"
    taken.write_text("", encoding="utf-8")
    export.write_text(PEOPLE, encoding="utf-8")
    invented = ("sample", "--agencies", "1", "--employees", "9", "--no-facts")
    for words in (
        (*invented, "--out", str(taken)),
        (*invented, "--out", str(taken / "under")),
        ("import", str(export), "--out", str(taken)),
    ):
        result = run("staff", *words)
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{words[-1]}: is not a folder\n")
    assert taken.read_bytes() == b""


def test_every_rule_set_is_one_line_with_the_days_it_holds() -> None:
    entries = json.loads(run("staff", "rules", "--json").stdout)
    lines = run("staff", "rules").stdout.splitlines()[1:]
    assert [line.split()[0] for line in lines] == [entry["id"] for entry in entries]
    for line, entry in zip(lines, entries, strict=True):
        assert f"{entry['valid_from']} –{' ' + entry['valid_until'] if entry['valid_until'] else ''}" in line
        assert entry["title"] in line
        assert len(entry["sha256"]) == 64
        assert entry["legal"] or entry["status"] != "official"


def test_two_equal_folders_differ_in_nothing(sample: Path, tmp_path: Path) -> None:
    done = run("staff", "diff", str(sample), str(sample), "--out", str(tmp_path / "diff.csv"))
    heading, *lines = done.stdout.splitlines()
    assert heading.split() == ["Table", "Before", "After", "Added", "Removed", "Changed", "Cells"]
    for line in lines:
        _name, before, after, *changes = line.split()
        assert (before, changes) == (after, ["0"] * 4)
    assert "employee" in {line.split()[0] for line in lines}


def test_who_cannot_be_judged_by_the_passing_grades_is_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "skd.csv"
    file.write_text(
        "participant,formation,twk,tiu,tkp,skd\nA,umum,64,79,166,\nB,umum,,,,400\nC,umum,65,80,166,\n",
        encoding="utf-8",
    )
    found = answer("selection", "passing", str(file), "--rules", "selection-2024", "--json")
    counted = next(f for f in found["formations"] if f["formation"] == "umum")
    assert [counted[key] for key in ("participants", "passed", "failed", "undecided")] == [3, 1, 1, 1]
    assert (counted["failed_by"]["twk"], counted["failed_by"]["tiu"], counted["failed_by"]["tkp"]) == (
        1,
        1,
        0,
    )
    assert [entry["participant"] for entry in found["undecided"]] == ["B"]
    shown = run("selection", "passing", str(file), "--rules", "selection-2024").stdout.splitlines()
    assert [line.split()[:4] for line in shown[1:]] == [
        ["A", "umum", "TWK", "64"],
        ["A", "umum", "TIU", "79"],
    ]
