"""Server time of the verification desk: the next indicator with a 60-page PDF <= 300 ms, and its reading.

Everything by one process on SQLite, with the settings of production: the evidence is read in the background
first, a typeset file of 60 pages, and scans of which Tesseract reads three pages, where it is installed.
"""

from __future__ import annotations

import os
import shutil
from time import perf_counter
from typing import Any

import django

SCANNED = 3


def main() -> None:
    """Prints the medians."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings_test")
    django.setup()
    from django.conf import settings

    from bench.workspace import full_assessment, measured

    settings.TESSERACT = "tesseract" if shutil.which("tesseract") else ""
    with full_assessment() as (_client, assessment):
        verifier, evidence = at_the_desk(assessment)
        base = f"/desk/{assessment.pk}"
        pages = {
            "next indicator, 60-page PDF": (f"{base}/3.4/?after=3.3", " (<= 300 ms)"),
            "its first twenty pages": (f"/bukti/{evidence}/pratinjau/", ""),
            "a page as a picture, drawn before": (f"/bukti/{evidence}/halaman/41/", ""),
            "words of one's own": (f"{base}/3.4/?cari=rencana+suksesi+yang+ditetapkan", ""),
        }
        for name, (address, limit) in pages.items():
            milliseconds, queries = measured(lambda turn, address=address: verifier.get(address))
            print(f"{name}: median {milliseconds:.0f} ms, {queries} queries{limit}")


def at_the_desk(assessment: Any) -> tuple[Any, int]:
    """A verifier's browser on the assessment sent in, files read; the id of the typeset one."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from sipinter.assessment.selfassessment.services.answers import upload_evidence
    from sipinter.assessment.selfassessment.services.submission import (
        approve_review,
        request_review,
        submit_assessment,
    )
    from sipinter.assessment.verification.services.verdicts import claim_assessment
    from sipinter.foundation.accounts.actor import actor_of
    from sipinter.foundation.accounts.models import User
    from sipinter.foundation.work.worker import drain_queue
    from tests.factories import client_for
    from tests.foundation.evidence.making import written_pdf
    from tests.foundation.evidence.texts.making import as_file, photographed

    def who(role: str) -> Any:
        return actor_of(User.objects.get(memberships__role=role))

    drain_queue()
    book = SimpleUploadedFile("laporan.pdf", written_pdf(60), content_type="application/pdf")
    found = upload_evidence(assessment, "3.4", book, actor=who("keeper")).evidence
    begun = perf_counter()
    drain_queue()
    print(f"reading 60 pages in the background: {perf_counter() - begun:.1f} s")
    for number in range(SCANNED):
        scan = as_file(photographed(ppi=200, blur=number / 10), "PDF")
        upload_evidence(
            assessment, "3.4", SimpleUploadedFile(f"pindaian-{number}.pdf", scan), actor=who("keeper")
        )
    begun = perf_counter()
    drain_queue()
    print(f"reading {SCANNED} scanned half pages in the background: {perf_counter() - begun:.1f} s")
    request_review(assessment, actor=who("keeper"))
    approve_review(assessment, actor=who("pyb"))
    submit_assessment(assessment, accept_unanswered=True, actor=who("pyb"))
    claim_assessment(assessment, actor=who("verifier"))
    verifier = client_for(User.objects.get(memberships__role="verifier"), second_factor=True, language="id")
    return verifier, found.pk


if __name__ == "__main__":
    main()
