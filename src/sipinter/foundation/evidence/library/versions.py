"""Which document took the place of which: chains of versions within one agency."""

from collections.abc import Iterable, Mapping

from ..models import Evidence


def newest_versions(agency_id: int, wanted: Iterable[int]) -> Mapping[int, Evidence]:
    """For each of `wanted` (ids) the newest version of it, itself where nothing replaced it (two queries)."""
    onward = _onward(agency_id)
    newest = {pk: _last(pk, onward) for pk in wanted}
    rows = Evidence.objects.filter(agency_id=agency_id).select_related("blob").in_bulk(set(newest.values()))
    return {pk: rows[head] for pk, head in newest.items() if head in rows}


def versions_of(evidence: Evidence) -> list[Evidence]:
    """All versions of the document, `evidence` among them, newest first (two queries)."""
    onward = _onward(evidence.agency_id)
    head = _last(evidence.pk, onward)
    related = {pk for pk in onward if _last(pk, onward) == head} | {head}
    rows = Evidence.objects.filter(pk__in=related).select_related("blob", "uploaded_by")
    return sorted(rows, key=lambda row: (row.pk != head, -row.uploaded_at.timestamp(), -row.pk))


def _onward(agency_id: int) -> dict[int, int]:
    rows = Evidence.objects.filter(agency_id=agency_id, superseded_by__isnull=False)
    return {pk: after for pk, after in rows.values_list("pk", "superseded_by_id") if after is not None}


def _last(pk: int, onward: Mapping[int, int]) -> int:
    """The end of the chain. Chains end: only the newest version ever takes another's place."""
    while pk in onward:
        pk = onward[pk]
    return pk
