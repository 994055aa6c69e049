"""One agency's round by five people in five browsers, from the invitation to the certificate anyone verifies.

The account keeper, a team member, the secretary, the verifier, and the plenary member who is the working
group's coordinator too. axe looks at every page they come to.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from sipinter.assessment.record.models import Answer, Assessment, Decision, State
from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.accounts.actor import actor_of
from sipinter.foundation.accounts.models import Invitation, User
from sipinter.foundation.accounts.services.invitations import confirm_invitation, send_invitation
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.agencies.services import import_register
from sipinter.foundation.work.worker import drain_queue
from sipinter.nation.results.services.history import load_history
from tests.assessment.round import make_cycle
from tests.factories import PASSWORD, actor, grant, make_agency, make_user
from tests.nation.make import make_result

from . import steps
from .conftest import press, send, sign_in
from .steps import draw_until, look

KEEPER, TEAM, SECRETARY = "pengelola@melati.example", "tim@melati.example", "sekda@melati.example"
SENT_BACK = "Catatan sub-aspek 1.1 belum menyebut dokumen perencanaan kebutuhan."
CHANGED = "Talent pool belum memuat jabatan pengawas."
ASKED = "Rencana suksesi belum ditetapkan PPK. Mohon lampirkan keputusannya."


@dataclass
class Stage:
    """The round that the five take part in, and their browsers."""

    agency: Agency
    assessment: Assessment
    keeper: Page
    team: Page
    secretary: Page
    verifier: Page
    plenary: Page

    @property
    def path(self) -> str:
        return f"/penilaian/{self.assessment.pk}"

    @property
    def desk(self) -> str:
        return f"/desk/{self.assessment.pk}"

    def state(self) -> str:
        return Assessment.objects.values_list("state", flat=True).get(pk=self.assessment.pk)

    def answer(self, code: str) -> Answer:
        return self.assessment.answers.get(code=code)

    @staticmethod
    def who(address: str) -> Actor:
        return actor_of(User.objects.get(email=address))


@pytest.fixture
def stage(visitor: Any, live_server: Any, settings: Any) -> Stage:
    """A register with the published history, an open round for one invented agency, five empty browsers."""
    settings.BASE_URL = live_server.url
    import_register(actor=system_actor())
    load_history(actor=system_actor())
    agency = make_agency("Pemerintah Kabupaten Melati", slug="kabupaten-melati", is_invented=True)
    body = make_agency("Badan Pengawas Contoh", "lpnk")
    make_result(agency, 2024, "231.5", source="Laporan contoh 2024")
    administrator = make_user("Bayu Kurniawan", ("administrator", body))
    make_user("Fajar Nugroho", ("verifier", body), email="verifikator@pengawas.example")
    plenary = make_user("Retno Wulandari", ("plenary", body), email="pleno@pengawas.example")
    grant(plenary, "coordinator", body)
    make_cycle(actor(administrator), agency)
    send_invitation(agency, email=KEEPER, name="Ratna Lestari", role="keeper", actor=actor(administrator))
    assessment = Assessment.objects.select_related("cycle", "agency").get(agency=agency)
    return Stage(agency, assessment, *(visitor() for _ in range(5)))


def test_from_the_invitation_to_the_certificate(stage: Stage, visitor: Any, tmp_path: Path) -> None:
    gather(stage)
    fill_in(stage)
    review(stage)
    verify(stage)
    clarify(stage)
    decide(stage)
    check_in_public(stage, visitor(), tmp_path)


def gather(stage: Stage) -> None:
    """The keeper comes by the administrator's invitation and invites the team member and the secretary.

    The agency has no secretary yet: the administrator confirms the first one.
    """
    steps.accept(stage.keeper, KEEPER, "Ratna Lestari")
    look(stage.keeper, "/beranda/")
    steps.sign_out(stage.keeper)
    sign_in(stage.keeper, KEEPER, PASSWORD)
    steps.invite(stage.keeper, TEAM, "Bagus Prakoso", "team", "3")
    steps.invite(stage.keeper, SECRETARY, "Hendra Wibowo", "pyb")
    administrator = User.objects.get(name="Bayu Kurniawan")
    confirm_invitation(Invitation.objects.get(email=SECRETARY), actor=actor(administrator))
    steps.accept(stage.team, TEAM, "Bagus Prakoso")
    steps.accept(stage.secretary, SECRETARY, "Hendra Wibowo")
    look(stage.keeper, "/tim/")
    names = stage.keeper.locator("#members tbody strong").all_inner_texts()
    assert sorted(names) == ["Bagus Prakoso", "Hendra Wibowo", "Ratna Lestari"]


def fill_in(stage: Stage) -> None:
    """Keeper and team member fill in: ticks, note and file through the page."""
    keeper = stage.keeper
    look(keeper, f"{stage.path}/ringkasan/")
    send(keeper, "mulai")
    assert keeper.url.endswith(f"{stage.path}/1.1/")
    steps.tick(keeper, 3)
    steps.note(keeper, "Rencana kebutuhan lima tahun ditetapkan.")
    steps.upload(keeper, steps.paper("Rencana Kebutuhan 2026"))
    look(keeper)
    assert keeper.locator("#evidence .file-name").all_inner_texts() == ["Rencana Kebutuhan 2026.pdf"]
    steps.do(keeper, "next")
    assert keeper.url.endswith("/1.2/")
    _team_fills_in_theirs(stage)
    steps.fill_rest(stage.assessment, stage.who(KEEPER))
    answer = stage.answer("1.1")
    assert (answer.claimed_level, answer.note) == (3, "Rencana kebutuhan lima tahun ditetapkan.")


def _team_fills_in_theirs(stage: Stage) -> None:
    team = stage.team
    look(team, "/beranda/")
    look(team, f"{stage.path}/1.1/")
    assert team.locator("#tick-1").is_disabled()
    assert team.locator("#id_files").count() == 0
    look(team, f"{stage.path}/3.4/")
    steps.tick(team, 3)
    steps.note(team, "Rencana suksesi untuk jabatan pimpinan tinggi.")
    steps.upload(team, steps.paper("Rencana Suksesi 2026"))
    assert team.locator("#evidence .file-name").all_inner_texts() == ["Rencana Suksesi 2026.pdf"]
    answer = stage.answer("3.4")
    assert (answer.claimed_level, answer.updated_by_id) == (3, stage.who(TEAM).user_id)


def review(stage: Stage) -> None:
    """The secretary returns it once with a reason, which the keeper reads first; then submits."""
    keeper, secretary = stage.keeper, stage.secretary
    look(keeper, f"{stage.path}/kelengkapan/")
    send(keeper, "kirim")
    look(secretary, "/beranda/")
    look(secretary, f"{stage.path}/reviu/")
    secretary.click(".ws-decide summary")
    secretary.fill(".ws-decide textarea[name=reason]", SENT_BACK)
    send(secretary, "kembalikan")
    look(keeper, "/beranda/")
    assert SENT_BACK in keeper.locator("main .note").first.inner_text()
    look(keeper, f"{stage.path}/1.1/")
    steps.note(keeper, "Rencana kebutuhan lima tahun ditetapkan dengan Keputusan Bupati 12/2026.")
    look(keeper, f"{stage.path}/kelengkapan/")
    assert SENT_BACK in keeper.locator("main .note").first.inner_text()
    send(keeper, "kirim")
    look(secretary, f"{stage.path}/reviu/")
    assert secretary.locator(".ws-moved a").all_inner_texts() == [
        secretary.locator(f'.ws-moved a[href$="{stage.path}/1.1/"]').inner_text()
    ]
    send(secretary, "setujui")
    look(secretary)
    send(secretary, "ajukan")
    look(secretary)
    assert stage.state() == State.SUBMITTED


def verify(stage: Stage) -> None:
    """The verifier takes it up, reads evidence in the page, accepts by key, changes one, asks back one."""
    page = stage.verifier
    sign_in(page, "verifikator@pengawas.example", PASSWORD)
    look(page, "/beranda/")
    look(page, "/desk/")
    send(page, "claim")
    drain_queue()  # what was sent in has been judged meanwhile
    look(page, f"{stage.desk}/1.1/")
    draw_until(page, "#preview .evidence-page img")
    picture = page.locator("#preview .evidence-page img").first
    picture.wait_for()
    page.wait_for_function("i => i.complete && i.naturalWidth > 300", arg=picture.element_handle())
    look(page)
    with page.expect_navigation():
        page.keyboard.press("a")
    assert page.url.endswith(f"{stage.desk}/1.2/?after=1.1")
    look(page, f"{stage.desk}/3.3/")
    page.check("input[name=level][value='2']")
    page.fill("textarea[name=reason]", CHANGED)
    press(page, "button[name=verdict][value=change]")
    assert page.url.endswith(f"{stage.desk}/3.4/?after=3.3")
    page.fill("textarea[name=reason]", ASKED)
    press(page, "button[name=verdict][value=ask]")
    look(page, f"{stage.desk}/3.3/")
    verdicts = {code: stage.answer(code) for code in ("1.1", "3.3", "3.4")}
    assert {code: (a.verdict, a.verified_level) for code, a in verdicts.items()} == {
        "1.1": ("accept", 3),
        "3.3": ("change", 2),
        "3.4": ("ask", None),
    }
    look(page, f"{stage.desk}/")
    send(page, "return_for_clarification")
    look(page)
    assert stage.state() == State.CLARIFICATION


def clarify(stage: Stage) -> None:
    """Only what was asked back is open; the keeper repairs it and sends it; the verifier finishes."""
    keeper, verifier = stage.keeper, stage.verifier
    look(keeper, f"{stage.path}/ringkasan/")
    assert ASKED in keeper.locator(".ws-asked").inner_text()
    look(keeper, f"{stage.path}/1.1/")
    assert keeper.locator("#tick-1").is_disabled()
    look(keeper, f"{stage.path}/3.4/")
    assert ASKED in keeper.locator("main .note").first.inner_text()
    steps.upload(keeper, steps.paper("Keputusan Penetapan Rencana Suksesi"))
    keeper.fill("textarea[name=body]", "Keputusan penetapannya sudah kami lampirkan.")
    press(keeper, "#thread button[type=submit]")
    look(keeper, f"{stage.path}/ringkasan/")
    send(keeper, "perbaikan")
    look(verifier, f"{stage.desk}/3.4/")
    assert "sudah kami lampirkan" in verifier.locator("#thread").inner_text()
    with verifier.expect_navigation():
        verifier.keyboard.press("a")
    # The thirty-odd that are simply right: by the services, for the key was shown twice.
    steps.accept_rest(stage.assessment, stage.who("verifikator@pengawas.example"))
    look(verifier, f"{stage.desk}/")
    send(verifier, "finish_verification")
    assert stage.state() == State.FINAL_VERIFICATION
    look(verifier, f"{stage.desk}/rekomendasi/")


def decide(stage: Stage) -> None:
    """The coordinator's second reading, then as plenary member: decision, checked once more, publication."""
    page = stage.plenary
    sign_in(page, "pleno@pengawas.example", PASSWORD)
    look(page, f"{stage.desk}/")
    send(page, "sign_off")
    look(page, "/pleno/")
    press(page, f'main a[href="/pleno/{stage.assessment.pk}/"]')
    look(page)
    press(page, "button[form=decision]")
    look(page)
    press(page, "button[name=confirm]")
    look(page)
    assert stage.state() == State.DECIDED
    send(page, "publish")
    look(page)
    assert stage.state() == State.PUBLISHED


def check_in_public(stage: Stage, public: Page, folder: Path) -> None:
    """Anybody finds the result beside the earlier ones, and verifies the certificate by code and by file."""
    decision = Decision.objects.get(assessment=stage.assessment)
    look(public, "/daftar/?q=melati")
    public.locator("#register-list").get_by_role("link", name=stage.agency.name).wait_for()
    rows = public.locator("#register-list tbody tr")
    assert rows.count() == 1
    assert f"{decision.score:.1f}".replace(".", ",") in rows.first.inner_text()
    press(public, "#register-list tbody a")
    look(public)
    years = public.locator("section[aria-labelledby=results] tbody th").all_inner_texts()
    assert years == [str(decision.decided_on.year), "2024"]
    look(public, "/daftar/bpom/")
    public.go_back()
    certificate = public.locator('a[href$="/certificate.pdf"]').first.get_attribute("href")
    pdf = public.request.get(str(certificate)).body()
    assert _signature(pdf, folder) == "Signature is Valid."
    assert decision.code in _text(pdf)
    _check_file(public, pdf, "success")
    _check_file(public, steps.tampered(pdf), "error")
    look(public, f"/verifikasi/{decision.code}/")
    assert decision.number in public.locator("h1").inner_text()
    assert public.locator("main .note-success").count() == 1


def _check_file(public: Page, pdf: bytes, kind: str) -> None:
    """Upload the paper to the verification page; the answer is a note of `kind`."""
    look(public, "/verifikasi/")
    public.set_input_files("input[type=file]", steps.chosen("piagam.pdf", pdf))
    press(public, 'form[enctype="multipart/form-data"] button[type=submit]')
    look(public)
    notes = public.locator("section[aria-labelledby=outcome] .note").all()
    assert [re.findall(r"note-(\w+)", str(note.get_attribute("class"))) for note in notes] == [[kind]]


def _signature(pdf: bytes, folder: Path) -> str:
    """What poppler, which knows nothing of this program, says of the signature."""
    (folder / "piagam.pdf").write_bytes(pdf)
    said = subprocess.run(
        ["pdfsig", "piagam.pdf"], cwd=folder, capture_output=True, text=True, check=False
    ).stdout
    return "\n".join(re.findall(r"Signature Validation: (.+)", said)) or said


def _text(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
