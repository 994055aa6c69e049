"""Shared pages in a site of their own, and one page with every component, for tests and for looking at.

The other rooms are stood for by their names only: the web room lies under them.
"""

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import URLPattern, URLResolver, include, path

from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.web.charts.bars import AspectBar
from sipinter.foundation.web.charts.distribution import DistributionBar
from sipinter.foundation.web.charts.history import ChartBand, ChartPoint, ChartSeries

RECEIVED: list[str] = []
SOURCE = Path(__file__).with_name("specimen.html").read_text()
BANDS = (
    ChartBand(Decimal(0), "Buruk", 1, "square"),
    ChartBand(Decimal(175), "Kurang", 2, "triangle"),
    ChartBand(Decimal(250), "Baik", 3, "circle"),
    ChartBand(Decimal(325), "Sangat Baik", 4, "star"),
)
NEW_BANDS = (
    ChartBand(Decimal(0), "Dasar", 1, "cross"),
    ChartBand(Decimal(41), "Lanjutan", 2, "triangle"),
    ChartBand(Decimal(61), "Menengah", 3, "diamond"),
    ChartBand(Decimal(81), "Tinggi", 4, "circle"),
    ChartBand(Decimal(100), "Maju", 5, "star"),
)
HISTORY = [
    ChartSeries(
        "PermenPANRB 40/2018",
        Decimal(410),
        BANDS,
        tuple(
            ChartPoint(year, Decimal(score))
            for year, score in ((2019, "65.5"), (2020, "183"), (2021, "249.5"), (2023, "332.5"))
        ),
    ),
    ChartSeries(
        "PermenPANRB 19/2025",
        Decimal(100),
        NEW_BANDS,
        (ChartPoint(2026, Decimal("64.25")), ChartPoint(2027, Decimal("83"))),
    ),
]
ASPECTS = [
    AspectBar("1", "Perencanaan Kebutuhan", Decimal(30), Decimal(40), Decimal("0.61")),
    AspectBar(
        "5",
        "Penguatan Budaya Kerja dan Citra Institusi di Lingkungan Instansi",
        Decimal("12.5"),
        Decimal(80),
        None,
    ),
    AspectBar("8", "Sistem Informasi", Decimal(24), Decimal(24), Decimal("0.5")),
]
ROWS = [
    DistributionBar("2021", {"Buruk": 100, "Kurang": 95, "Baik": 106, "Sangat Baik": 46}),
    DistributionBar("2022", {"Buruk": 2, "Kurang": 95, "Baik": 180, "Sangat Baik": 70}),
    DistributionBar("2023", {}),
]


class SpecimenForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nama", help_text="Sesuai SK pengangkatan.")
    email = forms.EmailField(label="Alamat surel")
    note = forms.CharField(label="Catatan", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    kind = forms.ChoiceField(label="Jenis", choices=[("a", "Kementerian"), ("b", "Kabupaten")])
    side = forms.ChoiceField(
        label="Peran", choices=[("k", "Petugas pengelola"), ("t", "Tim penilai")], widget=forms.RadioSelect
    )
    aspects = forms.MultipleChoiceField(
        label="Aspek",
        choices=[("1", "Perencanaan"), ("2", "Pengadaan")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Kosongkan untuk semua.",
        required=False,
    )
    agree = forms.BooleanField(label="Saya menyatakan data ini benar")
    file = forms.FileField(label="Berkas", required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def specimen(request: HttpRequest) -> HttpResponse:
    """Every component; `?faulty` shows the form with its errors."""
    form = SpecimenForm({"name": "", "email": "bukan-alamat"}) if "faulty" in request.GET else SpecimenForm()
    if "message" in request.GET:
        messages.success(request, "Jawaban disimpan.")
    context = {
        "form": form,
        "page": Paginator(range(300), 20).page(6),
        "first": Paginator(range(300), 20).page(1),
        "only": Paginator(range(3), 20).page(1),
        "until": date(2026, 2, 28),
        "when": datetime(2026, 2, 10, 3, 42, tzinfo=UTC),
        "series": HISTORY,
        "aspects": ASPECTS,
        "rows": ROWS,
        "bands": BANDS + NEW_BANDS[:0],
    }
    return HttpResponse(engines["jinja2"].from_string(SOURCE).render(context, request))


def refused(request: HttpRequest) -> HttpResponse:
    """A refusal that no view caught."""
    raise Invalid("Berkas tidak dapat dibaca.", fields={"file": "Berkas itu kosong."})


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of the program."""
    raise RuntimeError("broken on purpose")


def received(request: HttpRequest) -> HttpResponse:
    """Takes a form and answers slowly enough for an impatient second click."""
    RECEIVED.append(request.path)
    time.sleep(0.5)
    return HttpResponse("diterima")


def page(request: HttpRequest) -> HttpResponse:
    """Stands for any page of another room."""
    return HttpResponse("")


def room(name: str, **pages: str) -> URLPattern | URLResolver:
    """The named pages of a room, at their addresses."""
    return path("", include(([path(where, page, name=label) for label, where in pages.items()], name)))


urlpatterns = [
    path("contoh/", specimen),
    path("ditolak/", refused),
    path("rusak/", broken),
    path("terima/", received),
    path("akun/", include("allauth.urls")),
    path("", include("sipinter.foundation.web.urls")),
    room("national", front="", register="daftar/", verify="verifikasi/", instruments="instrumen/"),
    room("home", home="beranda/"),
    room("selfassessment", current="penilaian/"),
    room("verification", queue="desk/"),
    room("decisions", plenary="pleno/"),
    room("record", cycles="penilaian-putaran/"),
    room("accounts", team="tim/", notifications="pemberitahuan/"),
]
