"""A volunteer sees the team's list, or only the own part when the leader wants it so."""


def test_a_volunteer_sees_only_the_own_part_when_the_leader_says_so(app, world, login):
    from vneid_field.extensions import db

    given = world.hand_over_all()
    db.session.commit()
    leader, volunteer = login("leader"), login("volunteer")
    address = f"{world.households[0].address_line}"
    assert address in volunteer.text("/households")
    leader.get(f"/lists/{given.id}/split")
    leader.post(f"/lists/{given.id}/assign", only_own_part="1")
    assert address not in volunteer.text("/households")
    assert volunteer.get(f"/households/{world.households[0].id}", 404)
    leader.post(f"/lists/{given.id}/assign")
    assert address in volunteer.text("/households")


def test_the_leader_is_told_whom_nobody_sees_once_members_see_their_own_part(arrange, login):
    with arrange() as world:
        given = world.hand_over_all().id
    leader = login("leader")
    assert "chưa chia cho ai" not in leader.text(f"/lists/{given}/split")
    leader.post(f"/lists/{given}/assign", only_own_part="1")
    assert "người chưa chia cho ai" in leader.text(f"/lists/{given}/split")
