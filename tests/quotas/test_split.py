"""Splits over communes and teams: proposed, typed, saved only when both sums meet, kept."""

import re
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from tests.conftest import on_both
from tests.make.world import OTHER_WARD, WARD
from vneid_field.audit.models import AuditEvent
from vneid_field.core.errors import Conflict, DomainError
from vneid_field.core.text import vn_number
from vneid_field.documents.kinds import PDF, XLSX
from vneid_field.documents.queries import list_renditions
from vneid_field.documents.services import read_rendition
from vneid_field.extensions import db
from vneid_field.quotas.forms import RevisionForm
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.models import Quota, QuotaRevision
from vneid_field.quotas.overview import gather_split, propose_points, weights_of
from vneid_field.quotas.papers import make_split
from vneid_field.quotas.queries import list_sizes, targets_of
from vneid_field.quotas.services import propose_split, save_point_quotas, save_split
from vneid_field.units.queries import list_children
from vneid_field.units.rules import UnitKind

A, C = QuotaKind.ACTIVATION, QuotaKind.COLLECTION
DISTRICT = {A: 150_650, C: 118_487}  # Quận Ninh Kiều in the plan


def communes_of(district):
    return list_children(district, (UnitKind.COMMUNE,))


def split_evenly(world, **values):
    """Save a split of the district with equal weights; return it."""
    district = world.unit("916")
    communes = communes_of(district)
    settings = dict(
        actor=world.actor("district.ubnd"),
        campaign=world.campaign,
        parent=district,
        children=communes,
        amounts=propose_split(DISTRICT, dict.fromkeys([c.id for c in communes], 1)),
        reason="Quyết định giao chỉ tiêu",
    )
    return save_split(**settings | values)


def count(model):
    """Count what is committed, when nothing of the test itself is pending."""
    if not db.session.new and not db.session.dirty:
        db.session.commit()  # ends the snapshot the session looks at
    return db.session.scalar(select(func.count()).select_from(model))


def fields_of(html):
    """Return the fields of the saving form as the browser would send them."""
    form = html[html.index('method="post" action="/quotas/', html.index('id="weights"')) :]
    found = re.findall(r'<input[^>]* name="([a-z_0-9]+)"[^>]* value="([^"]*)"', form)
    found += [
        (n, v) for v, n in re.findall(r'<input[^>]* value="([^"]*)"[^>]* name="([a-z_]+)"', form)
    ]
    return {n: v for n, v in found if not n.startswith("w_") and n != "csrf_token"}


@on_both
def test_a_saved_split_sets_both_targets_and_is_audited(world):
    revision = split_evenly(world)
    communes = communes_of(world.unit("916"))
    targets = targets_of(world.campaign.id, [c.id for c in communes])
    for kind, whole in DISTRICT.items():
        assert sum(targets[c.id][kind] for c in communes) == whole
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event.event == "quota.split"
    assert event.data == {
        "revision": revision.number, "activation": 150_650, "collection": 118_487, "units": 11,
    }  # fmt: skip


@on_both
@pytest.mark.parametrize(
    ("kind", "words"), [(A, "kích hoạt là 150.651"), (C, "thu nhận là 118.488")]
)
def test_a_split_that_does_not_add_up_stores_nothing(world, kind, words):
    communes = communes_of(world.unit("916"))
    amounts = propose_split(DISTRICT, dict.fromkeys([c.id for c in communes], 1))
    amounts[communes[0].id][kind] += 1
    before = count(Quota), count(QuotaRevision)
    with pytest.raises(DomainError, match=words):
        split_evenly(world, amounts=amounts)
    assert (count(Quota), count(QuotaRevision)) == before


@on_both
def test_the_next_revision_retires_the_one_before_and_keeps_it(world):
    first = split_evenly(world)
    second = split_evenly(world, reason="Điều chỉnh")
    assert (first.number, second.number) == (1, 2)
    current = select(func.count()).select_from(Quota).where(Quota.is_current.is_(True))
    assert db.session.scalar(current.where(Quota.revision_id == first.id)) == 0
    assert db.session.scalar(current.where(Quota.revision_id == second.id)) == 22
    targets = targets_of(world.campaign.id, [world.unit("916").id])
    assert targets[world.unit("916").id] == DISTRICT  # the district's own are untouched


@on_both
def test_who_read_an_older_revision_is_refused(world):
    split_evenly(world, expected_number=0)
    with pytest.raises(Conflict):
        split_evenly(world, expected_number=0)


def test_a_unit_that_was_closed_loses_its_target_with_the_next_split(world):
    split_evenly(world)
    communes = communes_of(world.unit("916"))
    closed = communes[-1]
    closed.is_active = False
    db.session.flush()
    rest = communes[:-1]
    amounts = propose_split(DISTRICT, dict.fromkeys([c.id for c in rest], 1))
    split_evenly(world, children=rest, amounts=amounts)
    assert targets_of(world.campaign.id, [closed.id]) == {closed.id: {}}


@on_both
def test_the_district_committee_proposes_edits_and_saves_on_the_page(login, world):
    district, communes = world.unit("916"), communes_of(world.unit("916"))
    url, first = f"/quotas/{district.id}/split", communes[0].id
    db.session.rollback()
    pages = login("district.ubnd")
    fields = fields_of(pages.text(url + "?propose=1"))
    assert (
        sum(int(v.replace(".", "")) for n, v in fields.items() if n.startswith("activation_"))
        == 150_650
    )
    assert "Hãy ghi lý do" in pages.post(url, 422, **fields).get_data(as_text=True)
    assert count(QuotaRevision) == 1  # the city's
    fields["reason"] = "Công văn 15 của UBND quận"
    typed = fields[f"activation_{first}"]
    wrong = pages.post(url, 422, **fields | {f"activation_{first}": "9"}).get_data(as_text=True)
    missing = int(typed.replace(".", "")) - 9
    assert f"đang thiếu {vn_number(missing)}" in wrong
    assert f'name="activation_{first}" value="9"' in wrong
    assert "Công văn 15 của UBND quận" in wrong
    assert count(QuotaRevision) == 1
    pages.post(url, **fields)
    db.session.rollback()
    assert count(QuotaRevision) == 2
    history = pages.text(f"/quotas/{district.id}/history")
    for words in (
        "Lần 1",
        "Người dùng district.ubnd",
        "Công văn 15 của UBND quận",
        "04/7/2023",
        typed,
    ):
        assert words in history
    pages.post(url, 409, **fields)  # the same form once more: somebody (I) saved since


@pytest.mark.parametrize("typed", ["", "-5", "12,5", "1.2", "mười", "9" * 12, "<b>"])
def test_a_field_that_is_no_whole_number_is_marked_and_kept(login, world, typed):
    district, first = world.unit("916"), communes_of(world.unit("916"))[0].id
    db.session.rollback()
    pages, url = login("district.ubnd"), f"/quotas/{district.id}/split"
    fields = fields_of(pages.text(url + "?propose=1")) | {
        "reason": "Thử",
        f"collection_{first}": typed,
    }
    html = pages.post(url, 422, **fields).get_data(as_text=True)
    assert html.count('aria-invalid="true"') == 1
    assert count(QuotaRevision) == 1


@pytest.mark.parametrize("day", ["2023-07-05", "2023-06-14", "hôm nay", ""])
def test_a_revision_is_never_dated_outside_the_drive_or_in_the_future(login, world, day):
    district = world.unit("916")
    db.session.rollback()
    pages, url = login("district.ubnd"), f"/quotas/{district.id}/split"
    fields = fields_of(pages.text(url + "?propose=1"))
    pages.post(url, 422, **fields | {"reason": "Thử", "effective_on": day})
    assert count(QuotaRevision) == 1


def test_an_old_revision_comes_back_as_a_proposal(login, world):
    district, communes = world.unit("916"), communes_of(world.unit("916"))
    split_evenly(world)
    second = propose_split(DISTRICT, {c.id: n for n, c in enumerate(communes, start=1)})
    split_evenly(world, amounts=second)
    kept = targets_of(world.campaign.id, [communes[0].id])
    db.session.commit()
    html = login("district.ubnd").text(f"/quotas/{district.id}/split?from=1")
    assert f'name="activation_{communes[0].id}" value="{vn_number(-(-150_650 // 11))}"' in html
    assert "Chưa lưu" in html
    assert targets_of(world.campaign.id, [communes[0].id]) == kept


def test_weights_typed_by_hand_move_the_proposal(login, world):
    district, communes = world.unit("916"), communes_of(world.unit("916"))
    weights = "&".join(f"w_{c.id}={1 if n == 3 else 0}" for n, c in enumerate(communes))
    url, third = f"/quotas/{district.id}/split?propose=1&{weights}", communes[3].id
    db.session.rollback()
    html = login("district.ubnd").text(url)
    assert f'name="activation_{third}" value="150.650"' in html


@on_both
def test_a_commune_splits_over_its_teams_after_the_district(login, world):
    split_evenly(world)
    ward = world.ward
    db.session.commit()
    pages = login("commune")
    home = pages.get("/quotas/", status=303).location
    assert pages.get(home, status=303).location == f"/quotas/{ward.id}/split"
    fields = fields_of(pages.text(f"/quotas/{ward.id}/split?propose=1")) | {"reason": "Giao tổ"}
    pages.post(f"/quotas/{ward.id}/split", **fields)
    db.session.rollback()
    teams = list_children(ward, (UnitKind.TEAM,))
    targets = targets_of(world.campaign.id, [ward.id, *(team.id for team in teams)])
    for kind in (A, C):
        assert sum(targets[team.id].get(kind, 0) for team in teams) == targets[ward.id][kind] > 0
    district = login("district.ubnd").text(f"/quotas/{world.unit('916').id}/split")
    assert district.count("chưa chia xuống tổ") == 10


def test_a_changed_target_shows_that_the_split_below_no_longer_meets_it(login, world):
    split_evenly(world)
    ward, teams = world.ward, list_children(world.ward, (UnitKind.TEAM,))
    own = targets_of(world.campaign.id, [ward.id])[ward.id]
    amounts = propose_split(own, dict.fromkeys([t.id for t in teams], 1))
    split_evenly(world, parent=ward, children=teams, amounts=amounts)
    communes = communes_of(world.unit("916"))
    changed = propose_split(DISTRICT, {c.id: n for n, c in enumerate(communes, start=1)})
    split_evenly(world, amounts=changed)
    db.session.commit()
    assert "không còn khớp" in login("commune").text(f"/quotas/{ward.id}/split")
    district = login("district.ubnd").text(f"/quotas/{world.unit('916').id}/split")
    assert "lệch khi chia xuống tổ" in district


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("sibling.commune", WARD),
        ("commune", OTHER_WARD),
        ("commune", "916"),
        ("district.ubnd", "923"),
        ("district.ubnd", "92"),
    ],
)
def test_a_unit_outside_the_scope_is_not_there(login, world, who, code):
    unit = world.unit(code)
    before = count(Quota)
    db.session.rollback()
    pages = login(who)
    pages.get("/account")  # a token of the new session
    for page in ("split", "history", "points"):
        pages.get(f"/quotas/{unit.id}/{page}", status=404)
    for page in ("split", "points", "split/paper", "paper"):
        pages.post(f"/quotas/{unit.id}/{page}", 404, reason="Thử")
    assert count(Quota) == before


@pytest.mark.parametrize("who", ["district", "city", "city.ubnd"])
def test_readers_see_a_split_and_cannot_set_it(login, world, who):
    split_evenly(world)
    district = world.unit("916")
    db.session.commit()
    pages = login(who)
    html = pages.text(f"/quotas/{district.id}/split?propose=1")
    assert "150.650" in html
    assert "data-part" not in html
    pages.post(f"/quotas/{district.id}/split", 404, reason="Thử")
    pages.post(f"/quotas/{district.id}/points", 404, reason="Thử")


@on_both
def test_the_papers_of_a_split_hold_its_numbers(world):
    split_evenly(world)
    db.session.commit()  # drawing a paper reads what is stored
    district = world.unit("916")
    document = make_split(actor=None, campaign=world.campaign, unit=district)
    files = {r.media_type: read_rendition(r) for r in list_renditions([document.id])[document.id]}
    assert files[PDF].startswith(b"%PDF")
    rows = CalamineWorkbook.from_filelike(BytesIO(files[XLSX])).get_sheet_by_index(0).to_python()
    assert rows[-3][3:] == [150_650, 3_013, 118_487, 2_370]
    targets = targets_of(world.campaign.id, [c.id for c in communes_of(district)])
    assert [(row[3], row[5]) for row in rows[-14:-3]] == [(t[A], t[C]) for t in targets.values()]


@on_both
def test_lists_weigh_only_when_every_unit_has_its_list(world):
    district = world.unit("916")
    communes = communes_of(district)
    sizes = list_sizes(district, communes)
    assert {sizes[c.id] for c in communes if c.id != world.ward.id} == {0}
    assert sizes[world.ward.id] == 24
    assert weights_of(district, communes)[1] == "teams"
    view = gather_split(world.campaign, district, {})
    assert sum(line.weight for line in view.lines) == 71  # the plan's column 11


@on_both
def test_a_hamlets_people_are_shared_by_its_digital_teams(world):
    teams = list_children(world.ward, (UnitKind.TEAM,))
    sizes = list_sizes(world.ward, teams)
    assert sizes[world.team.id] == sum(sizes.values()) == 24


@on_both
def test_point_numbers_are_a_revision_of_their_own_and_leave_the_split(world):
    split_evenly(world)
    district = world.unit("916")
    points = [
        p for c in communes_of(district) for p in list_children(c, (UnitKind.COLLECTION_POINT,))
    ]
    points += list_children(district, (UnitKind.COLLECTION_POINT,))
    shares = propose_points(world.campaign, district, points)
    assert len(shares) == 16
    assert sum(shares.values()) == 2_370  # the plan's column 7
    values = dict(actor=world.actor("district.ubnd"), campaign=world.campaign, unit=district)
    for _ in range(2):
        save_point_quotas(**values, amounts={p: shares[p.id] for p in points}, reason="Giao điểm")
    current = select(Quota).where(Quota.is_current.is_(True), Quota.kind == QuotaKind.POINT_DAY)
    assert len(db.session.scalars(current).all()) == 16
    assert (
        sum(
            t[A]
            for t in targets_of(world.campaign.id, [c.id for c in communes_of(district)]).values()
        )
        == 150_650
    )


def test_a_commune_sets_its_points_number_which_the_point_then_reads(login, world):
    ward, point = world.ward, world.unit_of("point")
    db.session.rollback()
    pages, url = login("commune"), f"/quotas/{ward.id}/points"
    pages.text(url + "?propose=1")
    fields = {"reason": "Giao điểm", "effective_on": "2023-07-04", "number": "0"}
    pages.post(url, 422, **fields | {f"point_{point.id}": "nhiều"})
    pages.post(url, **fields | {f"point_{point.id}": "186"})
    assert "186" in login("point").text("/reports/point")
    assert "điểm thu nhận" in pages.text(f"/quotas/{ward.id}/history")


@pytest.mark.parametrize("number", ["", "-1", "²", "1" * 5_000])
def test_a_spoilt_number_of_the_revision_meets_none(app, number):
    with app.test_request_context(method="POST", data={"number": number}):
        assert RevisionForm().expected_number == -1
