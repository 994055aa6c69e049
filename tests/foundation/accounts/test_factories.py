from ... import factories


def test_cast_has_the_roles_it_promises(cast):
    assert factories.actor(cast.owner).has("keeper", agency_id=cast.agency.pk)
    assert factories.actor(cast.team_mate).agency_ids() == {cast.agency.pk}
    assert factories.actor(cast.outsider).agency_ids() == {cast.other_agency.pk}
