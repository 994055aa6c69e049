"""Reading aspects and indicators of an instrument, with what must hold among them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from sipinter.rules.document import YamlFields
from sipinter.rules.model import Applicability, Aspect, Gate, Indicator, Level, Method, Text

if TYPE_CHECKING:
    from yaml.nodes import Node

WEIGHT_STATUSES = ("official", "reconstructed", "provisional")
INDICATOR_OPTIONAL = ("weight", "subject", "applies", "levels", "evidence", "legal", "note")
NOTHING = Text("?", "?")


class AspectReader:
    """Reads the key `aspects` of the instrument whose fields are given."""

    def __init__(
        self,
        fields: YamlFields,
        method: Method,
        decimals: int,
        lowest: int,
        highest: int,
        gates: tuple[Gate, ...],
    ) -> None:
        self.fields, self.document = fields, fields.document
        self.method, self.decimals = method, decimals
        self.lowest, self.highest = lowest, highest
        self.gates = {gate.code: gate for gate in gates}
        self.codes: set[str] = set(self.gates)
        self.generic = self._generic_scale()

    def read(self) -> tuple[Aspect, ...]:
        """The aspects that could be read; also those with a code that is already taken."""
        aspects: list[Aspect] = []
        total, sound = Fraction(), True
        for node in self.fields.sequence("aspects"):
            aspect = self._aspect(node)
            if aspect is None:
                sound = False
                continue
            if aspect.code in (other.code for other in aspects):
                self.document.fault(node, f"aspect: code “{aspect.code}” is given twice")
            aspects.append(aspect)
            total += aspect.weight
        if self.method == "weighted_mean" and sound and aspects and total != 100:
            self.fields.fault("aspects", f"the aspects' weights sum to {_show(total)}, not to 100")
        return tuple(aspects)

    def _aspect(self, node: Node) -> Aspect | None:
        required = ("code", "title", "indicators", "max" if self.method == "weighted_sum" else "weight")
        fields = self.document.mapping(node, "aspect", required, ("weight", "note", "legal"))
        code = fields.string("code")
        fields.what = f"aspect {code}" if code else "aspect"
        indicators = [self._indicator(part, code or "?") for part in fields.sequence("indicators")]
        title = fields.text("title")
        weight, status, maximum = self._weight_and_max(fields, indicators)
        kept = tuple(indicator for indicator in indicators if indicator is not None)
        if code is None or title is None or weight is None or maximum is None:
            return None
        return Aspect(code, title, maximum, weight, status, kept, self.decimals)

    def _weight_and_max(
        self, fields: YamlFields, indicators: list[Indicator | None]
    ) -> tuple[Fraction | None, str, Fraction | None]:
        given, status = self._weight(fields) if "weight" in fields else (None, "official")
        if self.method == "weighted_mean":
            return given, status, given
        maximum = fields.fraction("max")
        weights = [None if i is None else i.weight for i in indicators]
        if maximum is None or None in weights:
            return None, status, None
        total = sum((Fraction(weight) for weight in weights if weight is not None), Fraction())
        if total * self.highest != maximum:
            fields.fault(
                "max",
                f"max {_show(maximum)} is not the sum of the weights {_show(total)} "
                f"x the highest level {self.highest} = {_show(total * self.highest)}",
            )
        if given is not None and given != total:
            fields.fault("weight", f"weight {_show(given)} is not the sum of its weights {_show(total)}")
        return total, status, maximum

    def _weight(self, owner: YamlFields) -> tuple[Fraction | None, str]:
        fields = owner.mapping("weight", ("value", "status"))
        value = fields.fraction("value")
        if value is not None and value <= 0:
            fields.fault("value", "must be above 0")
            value = None
        return value, fields.one_of("status", WEIGHT_STATUSES) or "official"

    def _indicator(self, node: Node, aspect: str) -> Indicator | None:
        fields = self.document.mapping(node, "indicator", ("code", "title"), INDICATOR_OPTIONAL)
        code = fields.string("code")
        fields.what = f"indicator {code}" if code else "indicator"
        if code is not None and code in self.codes:
            fields.fault("code", f"code “{code}” is given twice")
        self.codes.add(code or "")
        weight, status = self._indicator_weight(fields)
        title = fields.text("title")
        indicator = Indicator(
            code=code or "?",
            aspect=aspect,
            title=title or NOTHING,
            levels=self._levels(fields),
            evidence=self._evidence(fields),
            weight=weight,
            weight_status=status,
            applies=self._applies(fields) if "applies" in fields else None,
            legal=fields.string("legal") or "",
        )
        return None if code is None or title is None else indicator

    def _indicator_weight(self, fields: YamlFields) -> tuple[Decimal | None, str | None]:
        if self.method == "weighted_mean":
            if "weight" in fields:
                fields.fault("weight", "indicators have no weight under weighted_mean")
            return None, None
        if "weight" not in fields:
            fields.fault("code", "key “weight” is missing")
            return None, None
        value, status = self._weight(fields)
        weight = fields.mapping("weight", ("value", "status")).get("value")
        if value is None or weight is None:
            return None, status
        return self.document.decimal(weight, f"{fields.what}, weight"), status

    def _evidence(self, fields: YamlFields) -> tuple[Text, ...]:
        if "evidence" not in fields:
            return ()
        texts = (self.document.text(node, f"{fields.what}, evidence") for node in fields.sequence("evidence"))
        return tuple(text for text in texts if text is not None)

    def _applies(self, owner: YamlFields) -> Applicability | None:
        fields = owner.mapping("applies", ("gate", "in"))
        code = fields.string("gate")
        nodes = fields.sequence("in")
        chosen = [choice for node in nodes if (choice := self.document.string(node, f"{fields.what}, in"))]
        if code is None:
            return None
        gate = self.gates.get(code)
        if gate is None:
            fields.fault("gate", f"unknown gate “{code}”")
            return None
        known = {choice.code for choice in gate.choices}
        for node, choice in zip(nodes, chosen, strict=False):
            if choice not in known:
                self.document.fault(node, f"{fields.what}: gate {code} has no choice “{choice}”")
        return Applicability(code, frozenset(chosen))

    def _generic_scale(self) -> tuple[Level, ...]:
        if "generic_scale" not in self.fields:
            return ()
        fields = self.fields.mapping("generic_scale", ("status", "note", "levels"))
        fields.one_of("status", ("generic",))
        levels = self._level_list(fields, "generic")
        for level in levels:
            for language, sentence in (("id", level.criterion.id), ("en", level.criterion.en)):
                if "{subject}" not in sentence:
                    fields.fault("levels", f"level {level.level}, {language}: “{{subject}}” is missing")
        return levels

    def _levels(self, fields: YamlFields) -> tuple[Level, ...]:
        """The indicator's own sentences, or the generic ones with its subject put in."""
        if "levels" in fields:
            return self._level_list(fields, "official")
        if not self.generic:
            fields.fault("code", "key “levels” is missing")
            return ()
        if "subject" not in fields:
            fields.fault("code", "key “subject” is missing, which the generic scale needs")
            return ()
        subject = fields.text("subject")
        if subject is None:
            return ()
        return tuple(
            Level(level.level, _fill(level.criterion, subject), level.status) for level in self.generic
        )

    def _level_list(self, owner: YamlFields, status: str) -> tuple[Level, ...]:
        found: dict[int, Level] = {}
        for node in owner.sequence("levels"):
            fields = self.document.mapping(node, f"{owner.what}, level", ("level", "criterion"))
            number, criterion = fields.integer("level"), fields.text("criterion")
            if number is None:
                continue
            if number in found:
                fields.fault("level", f"level {number} is given twice")
            elif not self.lowest <= number <= self.highest:
                fields.fault("level", f"level {number} is not from {self.lowest} to {self.highest}")
            else:
                found[number] = Level(number, criterion or NOTHING, status)
        self._check_complete(owner, found)
        return tuple(found[number] for number in sorted(found))

    def _check_complete(self, owner: YamlFields, found: dict[int, Level]) -> None:
        absent = [str(n) for n in range(self.lowest, self.highest + 1) if n not in found]
        if absent:
            owner.fault("levels", f"level {', '.join(absent)} is missing")
        if list(found) != sorted(found):
            owner.fault("levels", "levels are not in ascending order")


def _fill(criterion: Text, subject: Text) -> Text:
    return Text(criterion.id.replace("{subject}", subject.id), criterion.en.replace("{subject}", subject.en))


def _show(value: Fraction) -> str:
    """A figure for a message: as a decimal where it is one, else as a quotient."""
    ratio = Decimal(value.numerator) / value.denominator
    return f"{ratio.normalize():f}" if Fraction(ratio) == value else str(value)
