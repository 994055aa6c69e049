"""Room of an agency."""

import pytest
from click.testing import CliRunner
from pytest_django import Settings

from sipinter.cli.main import main
from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.access.errors import Denied, Invalid
from sipinter.foundation.audit.models import Event
from sipinter.foundation.evidence import queries
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.receiving.quota import set_quota
from sipinter.foundation.evidence.services import receive_file, require_room
from tests import factories
from tests.buckets import Files
from tests.conftest import Cast

from . import making

MB = 1024 * 1024


def test_a_file_beyond_the_quota_is_refused_with_figures(
    cast: Cast, owner: Actor, settings: Settings, files: Files
) -> None:
    settings.EVIDENCE_QUOTA_MB = 1
    big = making.pdf().replace(b"%%EOF", b"%" + bytes(700_000).replace(b"\0", b"x") + b"\n%%EOF")
    receive_file(cast.agency, making.upload(big), actor=owner)
    receive_file(cast.agency, making.upload(big), actor=owner)
    kept = files()
    with pytest.raises(Invalid) as refused:
        receive_file(cast.agency, making.upload(big.replace(b"xx\n%%EOF", b"xy\n%%EOF")), actor=owner)
    said = refused.value.fields["file"]
    assert "your agency uses 684.2\xa0KB of 1.0\xa0MB" in said
    assert "file of 684.2\xa0KB" in said
    assert (files(), Evidence.objects.count()) == (kept, 1)
    receive_file(cast.other_agency, making.upload(big), actor=factories.actor(cast.outsider))


def test_an_agencys_own_quota_comes_before_the_general_one(cast: Cast, settings: Settings) -> None:
    settings.EVIDENCE_QUOTA_MB = 1
    administrator = factories.actor(factories.make_user("Admin", ("administrator", cast.supervisor)))
    with pytest.raises(Invalid):
        require_room(cast.agency, 2 * MB)
    agency = set_quota(cast.agency, 3, actor=administrator)
    require_room(agency, 3 * MB)
    with pytest.raises(Invalid):
        require_room(agency, 3 * MB + 1)
    assert queries.quota_usage(agency) == (0, 3 * MB)
    require_room(set_quota(agency, 0, actor=administrator), 10**12)
    settings.EVIDENCE_QUOTA_MB = 0
    require_room(set_quota(agency, None, actor=administrator), 10**12)
    events = Event.objects.filter(action="agency.quota_set").order_by("position")
    assert [event.changes["evidence_quota_mb"] for event in events] == [[None, 3], [3, 0], [0, None]]


def test_who_sets_a_quota(cast: Cast, owner: Actor) -> None:
    with pytest.raises(Denied):
        set_quota(cast.agency, 9, actor=owner)
    with pytest.raises(Invalid):
        set_quota(cast.agency, -1, actor=system_actor())


def test_the_command_sets_it(cast: Cast) -> None:
    run = CliRunner().invoke
    assert run(main, ["evidence", "quota", cast.agency.code, "700"]).exit_code == 0
    cast.agency.refresh_from_db()
    assert cast.agency.evidence_quota_mb == 700
    assert run(main, ["evidence", "quota", cast.agency.code, "-"]).exit_code == 0
    cast.agency.refresh_from_db()
    assert cast.agency.evidence_quota_mb is None
    for arguments, said in ((["TIDAK-ADA", "7"], "TIDAK-ADA"), ([cast.agency.code, "banyak"], "banyak")):
        result = run(main, ["evidence", "quota", *arguments])
        assert (result.exit_code, said in result.output) == (1, True)
