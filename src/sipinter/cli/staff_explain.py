"""`sipinter staff explain`: how one person's figures came about."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.language import _, format_figure, localised_text, translate_message
from sipinter.cli.output import print_json
from sipinter.cli.staff_options import on_option, parse_day, round_for_display, rules_option
from sipinter.merit.engine.exact import DECIMALS
from sipinter.merit.person.explain import Explanation, ExplanationSection, ExplanationStep, Figure
from sipinter.merit.person.nip import LENGTH
from sipinter.merit.population.explain import explain_person
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.model import Text
from sipinter.rules.sets.codes import TIERS

NAMES = {
    "rating": Text("predikat kinerja", "rating"),
    "award": Text("penghargaan", "awards"),
    "assignment": Text("penugasan tim", "team assignments"),
    "feedback": Text("umpan balik 360 derajat", "360-degree feedback"),
    "performance": Text("kinerja", "performance"),
    "potential": Text("potensial", "potential"),
    "assessment": Text("penilaian kompetensi", "competence assessment"),
    "development": Text("pengembangan kompetensi (JP)", "competence development (JP)"),
    "experience": Text("pengalaman jabatan", "job experience"),
    "tenure": Text("tahun pada jenjang", "years in the tier"),
    "breadth": Text("keluasan pengalaman", "breadth"),
    "acting": Text("penugasan Plt/Plh", "acting posts"),
    "education": Text("tingkat pendidikan", "level of education"),
    "field": Text("kesesuaian bidang", "fit of the field"),
    "discipline": Text("disiplin", "discipline"),
    "level": Text("tingkat", "level"),
    "box": Text("kotak", "box"),
    "talent_value": Text("nilai talenta", "talent value"),
    "target_talent": Text("nilai talenta untuk jabatan target", "talent value for the target post"),
    "target_technical": Text("kompetensi teknis", "technical competence"),
    "target_value": Text("nilai untuk jabatan target", "value for the target post"),
    "qualification": Text("kualifikasi", "qualification"),
    "competence": Text("kompetensi", "competence"),
    "own_training": Text("pelatihan jabatan", "training of the post"),
    "technical_hours": Text("JP teknis tahun lalu", "technical JP of the year before"),
    "seminar": Text("seminar tahun lalu", "seminar of the year before"),
    "index": Text("indeks", "index"),
    "category": Text("kategori", "category"),
    "reached": Text("jumlah level yang dicapai", "levels reached"),
    "required": Text("jumlah level yang dipersyaratkan", "levels required"),
    "gap": Text("kesenjangan", "gap"),
    "jpm": Text("JPM (%)", "JPM (%)"),
    "filling": Text("untuk pengisian jabatan", "for filling posts"),
    "mapping": Text("untuk pemetaan", "for mapping"),
    "valid": Text("masih berlaku (1 ya, 0 tidak)", "still valid (1 yes, 0 no)"),
    "birth_date": Text("tanggal lahir", "date of birth"),
    "retirement_age": Text("batas usia pensiun", "age of retirement"),
    "retires_on": Text("pensiun pada", "retires on"),
}


@local_command(
    "explain",
    Message("Print how each figure of one person came about: map, professionalism, competence, retirement."),
    Message("Every section names its rules and their legal source, and what was missing."),
)
@click.argument("nip", metavar="NIP")
@click.argument("folder", metavar="DIR")
@rules_option
@on_option
def explain_command(nip: str, folder: str, rules_id: str | None, on: str | None, as_json: bool) -> None:
    digits = nip.strip().lstrip("'").replace(" ", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) == LENGTH):
        raise Refusal(Message("NIP {nip}: has not 18 digits", nip=nip))
    found = explain_person(Path(folder), int(digits), parse_day("--on", on), rules_id)
    if as_json:
        print_json(_json(found))
    else:
        for line in _lines(found):
            click.echo(line)


def _json(found: Explanation) -> dict[str, object]:
    return {
        "nip": str(found.nip),
        "tier": found.tier,
        "on": found.on.isoformat(),
        "sections": [
            {
                "section": section.code,
                "rules": section.rules.id,
                "legal": [f"{s.title} {s.article}".strip() for s in section.rules.legal],
                "steps": [_step(step) for step in section.steps],
                "results": {name: _plain(value) for name, value in section.results.items()},
                "follow_up": [localised_text(text) for text in section.texts],
                "notes": [translate_message(note) for note in section.notes],
            }
            for section in found.sections
        ],
    }


def _step(step: ExplanationStep) -> dict[str, object]:
    made: dict[str, object] = {
        "part": step.part,
        "value": _plain(step.value),
        "worth": _plain(step.worth),
        "weight": _plain(None if step.weight is None else step.weight * 100),
        "points": _plain(step.points),
    }
    if step.note:
        made["note"] = translate_message(step.note)
    if step.inner:
        made["parts"] = [_step(inner) for inner in step.inner]
    return made


def _plain(value: Figure) -> object:
    return round_for_display(value, DECIMALS) if isinstance(value, Fraction) else _told(value)


def _told(value: int | str | None) -> object:
    return translate_message(value) if isinstance(value, Message) else value


def _lines(found: Explanation) -> Iterator[str]:
    yield _(
        "NIP {nip}, {tier}, on {on}",
        nip=found.nip,
        tier=localised_text(TIERS[found.tier]) if found.tier in TIERS else found.tier,
        on=found.on.isoformat(),
    )
    for section in found.sections:
        yield ""
        yield translate_message(section.title)
        yield "  " + _(
            "rules: {id} ({status}) – {title}",
            id=section.rules.id,
            status=section.rules.status,
            title=localised_text(section.rules.title),
        )
        if section.rules.note:
            yield f"  ({localised_text(section.rules.note)})"
        for source in section.rules.legal:
            yield "  " + _("source: {title}", title=f"{source.title} {source.article}".strip())
        for step in section.steps:
            yield from _step_lines(step, "  ")
        yield from _results(section)


def _results(section: ExplanationSection) -> Iterator[str]:
    for name, value in section.results.items():
        yield f"  = {_name(name)}: {_text(value)}"
    for text in section.texts:
        yield f"  → {localised_text(text)}"
    for note in section.notes:
        yield f"  ({translate_message(note)})"


def _step_lines(step: ExplanationStep, indent: str) -> Iterator[str]:
    line = f"{indent}- {_name(step.part)}: {_text(step.value)}"
    if step.worth is not None:
        line += f" → {_text(step.worth)}"
    if step.weight is not None and step.worth is not None:
        line += f" × {format_figure(round_for_display(step.weight * 100, DECIMALS))} % = {_text(step.points)}"
    elif step.points is not None:
        line += f" → {_text(step.points)}"
    if step.note:
        line += f" ({translate_message(step.note)})"
    yield line
    for inner in step.inner:
        yield from _step_lines(inner, indent + "    ")


def _name(part: str) -> str:
    """A part's name; a gap's is that of its competence."""
    if part in NAMES:
        return localised_text(NAMES[part])
    return f"{localised_text(NAMES['gap'])} {part.removeprefix('gap_').replace('_', ' ')}"


def _text(value: Figure) -> str:
    if isinstance(value, Fraction):
        return format_figure(round_for_display(value, DECIMALS))
    return "–" if value is None else str(_told(value))
