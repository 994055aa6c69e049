"""From a YAML document to an Instrument. Every fault of the file is reported, with its line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from sipinter.rules.aspects import AspectReader
from sipinter.rules.document import YamlDocument, YamlFields
from sipinter.rules.model import (
    Aspect,
    Category,
    CategoryOn,
    Choice,
    Component,
    Gate,
    IndexRule,
    Indicator,
    Instrument,
    LegalSource,
    Method,
    ProfileField,
    Survey,
    SurveyItem,
    Text,
)

if TYPE_CHECKING:
    from yaml.nodes import Node

STATUSES = ("official", "reconstructed", "provisional")
COMPONENTS = ("maturity", "survey")
SHAPES = ("cross", "square", "triangle", "diamond", "circle", "star")
TONES = range(1, 8)
REQUIRED = (
    "id",
    "title",
    "legal",
    "valid",
    "status",
    "levels",
    "evidence_required_above",
    "scoring",
    "categories",
    "index",
    "aspects",
)
OPTIONAL = ("note", "components", "bonus", "survey", "gates", "generic_scale", "profiling")
HIGHEST_LEVEL = 9
MOST_DECIMALS = 6
NOTHING = Text("?", "?")


def read_instrument(path: Path) -> Instrument:
    """The instrument in a file. InstrumentError with all faults when the file is not sound."""
    document = YamlDocument(path)
    document.raise_faults()
    instrument = _Loader(document).load()
    document.raise_faults()
    return instrument


class _Loader:
    """Reads one document. Values put in place of faulty ones never leave it: `read_instrument` raises."""

    def __init__(self, document: YamlDocument) -> None:
        self.document = document
        self.fields = document.mapping(document.root, "instrument", REQUIRED, OPTIONAL)

    def load(self) -> Instrument:
        fields = self.fields
        valid = fields.mapping("valid", ("from", "until"))
        first, last = valid.date("from"), valid.date("until")
        if valid.is_null("from"):
            valid.fault("from", "needs a date")
        if first and last and last < first:
            valid.fault("until", "ends before it begins")
        status = fields.one_of("status", STATUSES) or "official"
        if status != "official" and "note" not in fields:
            fields.fault("status", f"status {status} needs a note that says what is not firm")
        lowest, highest = self._level_bounds()
        method, decimals = self._scoring()
        gates = self._gates()
        faults_before = len(self.document.faults)
        aspects = AspectReader(fields, method, decimals, lowest, highest, gates).read()
        aspects_sound = len(self.document.faults) == faults_before
        rule = self._index_rule()
        category_on, categories = self._categories(rule, decimals)
        max_score = self._max_score(method, aspects)
        if aspects_sound:
            self._check_reach(rule, category_on, categories, max_score)
        return Instrument(
            id=self._id(),
            title=fields.text("title") or NOTHING,
            legal=tuple(self._legal(node) for node in fields.sequence("legal")),
            valid_from=first or date.min,
            valid_until=last,
            status=status,
            note=fields.text("note"),
            min_level=lowest,
            max_level=highest,
            evidence_required_above=self._evidence_required_above(highest),
            method=method,
            decimals=decimals,
            aspects=aspects,
            gates=gates,
            categories=categories,
            category_on=category_on,
            index_rule=rule,
            bonus=self._bonus(),
            components=self._components(rule),
            survey=self._survey(),
            profiling=tuple(self._profile_field(node) for node in self._optional("profiling")),
            generic_note=self._generic_note(),
            max_score=max_score,
            sha256=self.document.sha256,
            indicators=_by_code(aspects),
        )

    def _optional(self, key: str) -> list[Node]:
        return self.fields.sequence(key) if key in self.fields else []

    def _id(self) -> str:
        given = self.fields.string("id") or "?"
        expected = Path(self.document.file).stem
        if given not in ("?", expected):
            self.fields.fault("id", f"id “{given}” differs from the file's name “{expected}”")
        return given

    def _legal(self, node: Node) -> LegalSource:
        fields = self.document.mapping(node, "legal source", ("title",), ("article", "url"))
        return LegalSource(
            fields.string("title") or "?", fields.string("article") or "", fields.string("url") or ""
        )

    def _level_bounds(self) -> tuple[int, int]:
        fields = self.fields.mapping("levels", ("min", "max"))
        lowest, highest = fields.integer("min"), fields.integer("max")
        if lowest is not None and lowest not in (0, 1):
            fields.fault("min", "the lowest level must be 0 or 1")
        if lowest is not None and highest is not None and not lowest < highest <= HIGHEST_LEVEL:
            fields.fault("max", f"the highest level must be above the lowest and at most {HIGHEST_LEVEL}")
            return 0, 1
        return lowest or 0, highest or 1

    def _evidence_required_above(self, highest: int) -> int:
        value = self.fields.integer("evidence_required_above")
        if value is not None and not 0 <= value <= highest:
            self.fields.fault("evidence_required_above", f"must be a level from 0 to {highest}")
        return value or 0

    def _scoring(self) -> tuple[Method, int]:
        fields = self.fields.mapping("scoring", ("method", "decimals"))
        method = fields.one_of("method", ("weighted_sum", "weighted_mean"))
        return cast("Method", method or "weighted_sum"), self._decimals(fields)

    def _decimals(self, fields: YamlFields) -> int:
        decimals = fields.integer("decimals")
        if decimals is not None and not 0 <= decimals <= MOST_DECIMALS:
            fields.fault("decimals", f"decimals must be from 0 to {MOST_DECIMALS}")
            return 0
        return decimals or 0

    def _gates(self) -> tuple[Gate, ...]:
        gates: dict[str, Gate] = {}
        for node in self._optional("gates"):
            fields = self.document.mapping(node, "gate", ("code", "question", "choices"))
            code = fields.string("code") or "?"
            if code in gates and code != "?":
                fields.fault("code", f"code “{code}” is given twice")
            choices = self._choices(fields, code)
            gates[code] = Gate(code, fields.text("question") or NOTHING, choices)
        return tuple(gates.values())

    def _choices(self, gate: YamlFields, gate_code: str) -> tuple[Choice, ...]:
        choices: dict[str, Choice] = {}
        for node in gate.sequence("choices"):
            fields = self.document.mapping(node, f"gate {gate_code}, choice", ("code", "title"))
            code = fields.string("code") or "?"
            if code in choices and code != "?":
                fields.fault("code", f"code “{code}” is given twice")
            choices[code] = Choice(code, fields.text("title") or NOTHING)
        return tuple(choices.values())

    def _categories(self, rule: IndexRule, decimals: int) -> tuple[CategoryOn, tuple[Category, ...]]:
        block = self.fields.mapping("categories", ("on", "items"))
        on = cast("CategoryOn", block.one_of("on", ("score", "index")) or "score")
        places = rule.decimals if on == "index" else decimals
        codes: set[str] = set()
        read: list[Category] = []
        for node in block.sequence("items"):
            fields = self.document.mapping(
                node,
                "category",
                ("code", "title"),
                ("lower", "above", "consequence", "validity_years", "certificate", "shape", "tone"),
            )
            category = self._category(fields)
            if category.code in codes:
                fields.fault("code", f"code “{category.code}” is given twice")
            codes.add(category.code)
            self._check_bound(fields, category, read[-1] if read else None, places)
            read.append(category)
        return on, tuple(read)

    def _category(self, fields: YamlFields) -> Category:
        key = "above" if "above" in fields else "lower"
        if ("above" in fields) == ("lower" in fields):
            fields.fault("code", "needs exactly one of “lower” and “above”")
        validity, tone = fields.integer("validity_years"), fields.integer("tone")
        if validity is not None and validity < 1:
            fields.fault("validity_years", "must be at least 1")
        if tone is not None and tone not in TONES:
            fields.fault("tone", f"tone must be from {TONES[0]} to {TONES[-1]}")
        return Category(
            code=fields.string("code") or "?",
            title=fields.text("title") or NOTHING,
            lower=_or_zero(fields.decimal(key)),
            lower_open=key == "above",
            consequence=fields.text("consequence"),
            validity_years=validity,
            certificate=fields.one_of("certificate", ("given",)) == "given",
            shape=fields.one_of("shape", SHAPES) or "",
            tone=tone or 0,
        )

    def _check_bound(
        self, fields: YamlFields, category: Category, before: Category | None, places: int
    ) -> None:
        key = "above" if category.lower_open else "lower"
        if key not in fields:
            return
        if before is None:
            if category.lower != 0 or category.lower_open:
                fields.fault(key, "the first category must begin at 0, or low figures have none")
        elif (category.lower, category.lower_open) <= (before.lower, before.lower_open):
            fields.fault(
                key,
                f"category {category.code} must begin above {before.code} ({before.lower}): "
                "the bands overlap or are out of order",
            )
        if category.lower != round(category.lower, places):
            fields.fault(key, f"the bound has more than the {places} decimals of the figure it bounds")

    def _index_rule(self) -> IndexRule:
        fields = self.fields.mapping("index", ("method", "decimals"), ("points",))
        method = fields.one_of("method", ("piecewise", "components"))
        decimals = self._decimals(fields)
        if method == "components":
            if "points" in fields:
                fields.fault("points", "an index of components has no points")
            return IndexRule("components", decimals)
        if method == "piecewise" and "points" not in fields:
            fields.fault("method", "key “points” is missing")
        return IndexRule("piecewise", decimals, self._points(fields) if "points" in fields else ())

    def _points(self, fields: YamlFields) -> tuple[tuple[Fraction, Fraction], ...]:
        """Ascending points; two with the same score and a higher index are a jump."""
        points: list[tuple[Fraction, Fraction]] = []
        for node in fields.sequence("points"):
            pair = self.document.sequence(node, "index point")
            values = [self.document.fraction(part, "index point") for part in pair]
            if len(values) != 2:
                self.document.fault(node, 'index point must be a pair such as ["100", "0.2"]')
            elif values[0] is not None and values[1] is not None:
                point = (values[0], values[1])
                if points and not (point > points[-1] and point[1] >= points[-1][1]):
                    self.document.fault(node, "index points must ascend")
                elif len(points) > 1 and point[0] == points[-2][0]:
                    self.document.fault(node, "more than two index points at the same score")
                points.append(point)
        return tuple(points)

    def _check_reach(
        self, rule: IndexRule, on: CategoryOn, categories: tuple[Category, ...], max_score: Decimal
    ) -> None:
        """The index line must cover every score, and each category by score must be reachable."""
        if rule.points and (rule.points[0][0] > 0 or rule.points[-1][0] < Fraction(max_score)):
            self.fields.fault("index", f"the points must cover the scores from 0 to {max_score}")
        if on == "score" and categories and categories[-1].lower > max_score:
            self.fields.fault("categories", f"{categories[-1].code} lies above the highest score {max_score}")

    def _max_score(self, method: Method, aspects: tuple[Aspect, ...]) -> Decimal:
        if method == "weighted_mean":
            return Decimal(100)
        total = sum((Decimal(a.max_exact.numerator) / a.max_exact.denominator for a in aspects), Decimal())
        return total.normalize() + 0 if total != total.to_integral_value() else total.quantize(Decimal(1))

    def _components(self, rule: IndexRule) -> tuple[Component, ...]:
        if rule.method == "components" and "components" not in self.fields:
            self.fields.fault("index", "an index of components needs the key “components”")
        if rule.method != "components" and "components" in self.fields:
            self.fields.fault("components", "components are only used by the index method “components”")
        found: dict[str, Component] = {}
        total, sound = Decimal(), True
        for node in self._optional("components"):
            fields = self.document.mapping(node, "component", ("code", "weight", "title"), ("status",))
            code = fields.one_of("code", COMPONENTS) or "?"
            if code in found and code != "?":
                fields.fault("code", f"code “{code}” is given twice")
            weight = fields.decimal("weight")
            sound = sound and weight is not None
            total += _or_zero(weight)
            status = fields.one_of("status", STATUSES) or "official"
            found[code] = Component(code, _or_zero(weight), fields.text("title") or NOTHING, status)
        if found and sound and total != 1:
            self.fields.fault("components", f"the weights sum to {total}, not to 1")
        if found and "maturity" not in found:
            self.fields.fault("components", "the component “maturity” is missing")
        if "survey" in found and "survey" not in self.fields:
            self.fields.fault("components", "the component “survey” needs the key “survey”")
        return tuple(found.values())

    def _bonus(self) -> Decimal:
        bonus = self.fields.decimal("bonus")
        if bonus is not None and bonus < 0:
            self.fields.fault("bonus", "the bonus must not be negative")
        return _or_zero(bonus)

    def _survey(self) -> Survey | None:
        if "survey" not in self.fields:
            return None
        block = self.fields.mapping(
            "survey", ("scale", "minimum_group", "items"), ("note", "status", "scales")
        )
        scale = block.mapping("scale", ("min", "max"))
        lowest, highest, group = scale.integer("min"), scale.integer("max"), block.integer("minimum_group")
        if lowest is not None and highest is not None and lowest >= highest:
            scale.fault("max", "must be above min")
        if group is not None and group < 1:
            block.fault("minimum_group", "must be at least 1")
        items: dict[str, SurveyItem] = {}
        for node in block.sequence("items"):
            fields = self.document.mapping(node, "survey item", ("code", "scale", "text"))
            code = fields.string("code") or "?"
            if code in items and code != "?":
                fields.fault("code", f"code “{code}” is given twice")
            kind = fields.one_of("scale", ("satisfaction", "engagement")) or "?"
            items[code] = SurveyItem(code, kind, fields.text("text") or NOTHING)
        return Survey(lowest or 0, highest or 0, group or 0, tuple(items.values()))

    def _profile_field(self, node: Node) -> ProfileField:
        fields = self.document.mapping(node, "profiling", ("code", "title"))
        return ProfileField(fields.string("code") or "?", fields.text("title") or NOTHING)

    def _generic_note(self) -> Text | None:
        if "generic_scale" not in self.fields:
            return None
        return self.fields.mapping("generic_scale", ("status", "note", "levels")).text("note")


def _by_code(aspects: tuple[Aspect, ...]) -> Mapping[str, Indicator]:
    return MappingProxyType({i.code: i for aspect in aspects for i in aspect.indicators})


def _or_zero(value: Decimal | None) -> Decimal:
    return Decimal() if value is None else value
