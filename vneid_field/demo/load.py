"""Fills an empty database with the demo: real units and quotas, one ward event by event."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import insert, select

from vneid_field.accounts.passwords import hash_password
from vneid_field.accounts.services import create_account
from vneid_field.campaigns.models import Campaign
from vneid_field.campaigns.services import anchor_clock
from vneid_field.core import clock
from vneid_field.core.access import Role
from vneid_field.core.shares import largest_remainder
from vneid_field.core.text import person_sort_key, vn_number
from vneid_field.demo import (
    load_absences,
    load_commune,
    load_invitations,
    load_others,
    load_points,
    load_reports,
    load_told,
)
from vneid_field.demo.names import make_name
from vneid_field.demo.people import CitizenIds
from vneid_field.demo.places import hamlets_for
from vneid_field.demo.seeds import rng_for
from vneid_field.extensions import db
from vneid_field.founding import CampaignPlan, found_campaign
from vneid_field.home import DEMO_PASSWORD
from vneid_field.quotas.kinds import QuotaKind
from vneid_field.quotas.queries import targets_of
from vneid_field.quotas.rules import daily_quota
from vneid_field.quotas.services import propose_split, save_point_quotas, save_split
from vneid_field.units.models import TeamHamlet, TeamMember, Unit
from vneid_field.units.queries import find_unit_by_code, list_children
from vneid_field.units.rules import Union, UnitKind, path_of
from vneid_field.units.seed import CommuneRow, read_communes

WARD = "31120"
CITIZENS = 13_700
NOW = datetime(2023, 7, 5, 9, 30, tzinfo=UTC)  # 16h30 local on 05/7/2023
# Six weeks on, half an hour before a Wednesday's reports are due: 07h30 on 26/7/2023.
NOW_IN_THE_CITY = datetime(2023, 7, 26, 0, 30, tzinfo=UTC)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Demo:
    """What the loaders share."""

    campaign: Campaign
    seed: int
    now: datetime
    days: tuple[date, ...]  # from the start to today, today included
    ward_code: str
    is_city: bool = False


def load_demo(*, seed: int, say: Say, is_city: bool = False) -> Demo:
    """Load the demo into an empty database; the caller commits.

    The small one has one ward event by event and the other communes by opening figures; in the
    city's size every commune is whole. Deterministic by `seed` but for passwords' salts and
    encryption's nonces.
    """
    now = NOW_IN_THE_CITY if is_city else NOW
    clock.use_anchor(None)
    with clock.frozen(clock.at_local(date(2023, 6, 14), time(8))):
        campaign = found_campaign(actor=None, plan=CampaignPlan(is_demo=True), name=_name_hamlets)
        say("Đơn vị, chỉ tiêu, nghĩa vụ báo cáo")
        _split_quotas(campaign)
        _add_extra_teams()
    days = tuple(
        campaign.starts_on + timedelta(days=n)
        for n in range((clock.to_local(now).date() - campaign.starts_on).days + 1)
    )
    demo = Demo(campaign, seed, now, days, WARD, is_city)
    ward = find_unit_by_code(WARD)
    assert ward is not None
    with clock.frozen(clock.at_local(date(2023, 6, 14), time(9))):
        for district in _districts_with_desks(ward, is_city=is_city):
            load_absences.add_desks(district)
        _add_members(demo)
        _add_accounts(is_city=is_city)
        say("Thành viên tổ, tài khoản")
    load_others.load_collection(demo)
    load_points.load(demo)
    if is_city:
        _load_city(demo, say)
    else:
        _load_ward(demo, ward, say)
    load_absences.load(demo, ward)
    load_reports.load(demo, ward)
    say("Người vắng mặt, báo cáo, duyệt phiếu")
    load_told.load(demo)
    load_invitations.load(demo)
    say("Người ngoài danh sách, hồ sơ cần cập nhật, lời mời thu nhận")
    anchor_clock(campaign=campaign, campaign_at=now)
    return demo


def _districts_with_desks(ward: Unit, *, is_city: bool) -> list[Unit]:
    own = db.session.get_one(Unit, ward.parent_id)
    root = db.session.get_one(Unit, own.parent_id)
    return list_children(root, (UnitKind.DISTRICT,)) if is_city else [own]


def _load_ward(demo: Demo, ward: Unit, say: Say) -> None:
    ledger = load_commune.Ledger(CitizenIds(rng_for(demo.seed, "ids")))
    load_commune.load(demo, ward, CITIZENS, ledger)
    ledger.close()
    say("Phường An Hòa: công dân, danh sách, lượt đến")
    load_others.load_openings(demo, ward)
    say("Các phường, xã khác: số liệu ban đầu")


def _load_city(demo: Demo, say: Say) -> None:
    """Load every commune with as many citizens as its collection target, 700.000 in all."""
    ledger = load_commune.Ledger(CitizenIds(rng_for(demo.seed, "ids")))
    communes = db.session.scalars(
        select(Unit).where(Unit.kind == UnitKind.COMMUNE).order_by(Unit.path)
    ).all()
    targets = targets_of(demo.campaign.id, [commune.id for commune in communes])
    for number, commune in enumerate(communes, start=1):
        count = max(targets[commune.id].values())
        load_commune.load(demo, commune, count, ledger)
        say(
            f"{number}/{len(communes)} {commune.name}: {vn_number(ledger.citizens)} công dân, "
            f"{vn_number(ledger.events)} lượt đến"
        )
    ledger.close()


def _name_hamlets(commune: CommuneRow, count: int, known: Iterable[str]) -> list[str]:
    kind = {"phuong": "Phường", "xa": "Xã", "thi_tran": "Thị trấn"}[commune.subtype]
    return hamlets_for(
        commune.code,
        kind,
        count,
        commune_name=commune.short_name,
        known={commune.code: list(known)},
    )


def _split_quotas(campaign: Campaign) -> None:
    root = db.session.get_one(Unit, campaign.root_unit_id)
    weights = {commune.code: commune.weight for commune in read_communes()}
    for district in list_children(root, (UnitKind.DISTRICT,)):
        communes = list_children(district, (UnitKind.COMMUNE,))
        _split(campaign, district, communes, {c.id: weights[c.code] for c in communes})
        for commune in communes:
            teams = list_children(commune, (UnitKind.TEAM,))
            _split(campaign, commune, teams, {team.id: 1 for team in teams})
        _split_points(campaign, district, communes)


def _split(campaign: Campaign, parent: Unit, children: list[Unit], weights: dict[int, int]) -> None:
    targets = targets_of(campaign.id, [parent.id])[parent.id]
    save_split(
        actor=None,
        campaign=campaign,
        parent=parent,
        children=children,
        amounts=propose_split(targets, weights),
        reason="Phân bổ theo số dân cư trú",
        effective_on=campaign.starts_on,
    )


def _split_points(campaign: Campaign, district: Unit, communes: list[Unit]) -> None:
    """Give each point its number a day; a mobile point counts as the smallest commune."""
    targets = targets_of(campaign.id, [c.id for c in communes])
    mobile = list_children(district, (UnitKind.COLLECTION_POINT,))
    whole = targets_of(campaign.id, [district.id])[district.id][QuotaKind.COLLECTION]
    a_day = daily_quota(whole, campaign.quota_days)
    weights: dict[Unit, int] = {}
    for commune in communes:
        point = list_children(commune, (UnitKind.COLLECTION_POINT,))[0]
        weights[point] = targets[commune.id][QuotaKind.COLLECTION]
    smallest = min(weights.values())
    weights.update(dict.fromkeys(mobile, smallest))
    shares = largest_remainder(a_day, weights)
    save_point_quotas(
        actor=None,
        campaign=campaign,
        unit=district,
        amounts=shares,
        reason="Chỉ tiêu mỗi ngày của điểm thu nhận",
        effective_on=campaign.starts_on,
    )


def _add_extra_teams() -> None:
    """A project06 and a volunteer team in the ward, beside its seven digital teams."""
    ward = find_unit_by_code(WARD)
    assert ward is not None
    hamlets = list_children(ward, (UnitKind.HAMLET,))
    for code, subtype, name in (
        ("31120.DA06", "project06", "Tổ công tác Đề án 06 phường An Hòa"),
        ("31120.TNV1", "volunteer", "Tổ tình nguyện viên Đoàn phường An Hòa"),
    ):
        team = Unit(
            kind=UnitKind.TEAM,
            subtype=subtype,
            code=code,
            name=name,
            short_name=name.split(" phường")[0],
            parent_id=ward.id,
            path=f"new:{code}",
            sort_order=90,
            search_key="",
        )
        db.session.add(team)
        db.session.flush()
        team.path = path_of(ward.path, team.id)
        db.session.add_all([TeamHamlet(team_id=team.id, hamlet_id=h.id) for h in hamlets])
    db.session.flush()


def _add_members(demo: Demo) -> None:
    rng = rng_for(demo.seed, "members")
    teams = db.session.scalars(select(Unit).where(Unit.kind == UnitKind.TEAM).order_by(Unit.path))
    rows = []
    for team in teams:
        for place in range(rng.choice((4, 5, 5, 6))):
            sex: Literal["male", "female"] = rng.choice(("male", "female"))
            union = rng.choices(
                (Union.YOUTH, Union.WOMEN, Union.NONE),
                weights=(55, 25 if sex == "female" else 0, 20),
            )[0]
            name = make_name(rng, sex, rng.randint(1975, 2005))
            rows.append(
                {
                    "team_id": team.id,
                    "full_name": name,
                    "sort_key": person_sort_key(name),
                    "phone": f"030{rng.randrange(10**7):07d}",
                    "union": union,
                    "knows_it": rng.random() < 0.72,
                    "trained_on": date(2023, 6, rng.randint(16, 19))
                    if rng.random() < 0.9
                    else None,
                    "is_leader": place == 0,
                }
            )
    db.session.execute(insert(TeamMember), rows)


def _add_accounts(*, is_city: bool) -> None:
    hashed = hash_password(DEMO_PASSWORD)
    city = {
        "ubnd.92": Role.CITY_COMMITTEE,
        "thanhpho": Role.CITY_POLICE,
        "quantri": Role.ADMINISTRATOR,
    }
    for login, role in city.items():
        _add_account(login, role, "92", hashed)
    for district in db.session.scalars(select(Unit).where(Unit.kind == UnitKind.DISTRICT)):
        _add_account(f"quan.{district.code}", Role.DISTRICT_POLICE, district.code, hashed)
        _add_account(f"ubnd.{district.code}", Role.DISTRICT_COMMITTEE, district.code, hashed)
    for commune in list(db.session.scalars(select(Unit).where(Unit.kind == UnitKind.COMMUNE))):
        _add_account(f"phuong.{commune.code}", Role.COMMUNE_POLICE, commune.code, hashed)
    _add_account(f"ubnd.{WARD}", Role.COMMUNE_COMMITTEE, WARD, hashed)
    _add_account(f"diem.{WARD}", Role.COLLECTION_OFFICER, f"{WARD}.TN", hashed)
    for number in range(1, 8):
        _add_account(f"canhsat.{WARD}.{number}", Role.BEAT_OFFICER, f"{WARD}-{number:02d}", hashed)
    _add_account("hotro.916.1", Role.TEAM_LEADER, "916.HT1", hashed)
    teams = select(Unit.code).where(Unit.kind == UnitKind.TEAM, Unit.subtype == "community_digital")
    for code in db.session.scalars(teams.order_by(Unit.path)).all():
        if is_city or code.startswith(f"{WARD}."):
            _add_account(f"totruong.{code}", Role.TEAM_LEADER, code, hashed)
            _add_account(f"tinhnguyen.{code}", Role.VOLUNTEER, code, hashed)
    db.session.flush()


def _add_account(login: str, role: Role, code: str, hashed: str) -> None:
    unit = find_unit_by_code(code)
    assert unit is not None
    member = _member_behind(role, unit)
    rng = rng_for("accounts", login)
    made_up = make_name(rng, rng.choice(("male", "female")), rng.randint(1972, 2002))
    name = member.full_name if member else made_up
    # One hash for all: argon2 is slow on purpose, and the demo's password is public.
    user, _secret = create_account(
        actor=None,
        login_name=login,
        display_name=name,
        role=role,
        unit=unit,
        password_hash=hashed,
    )
    user.team_member_id = member.id if member else None


def _member_behind(role: Role, team: Unit) -> TeamMember | None:
    """Whose account a leader's or a volunteer's is: the team's page and the account name one."""
    if role not in (Role.TEAM_LEADER, Role.VOLUNTEER):
        return None
    query = select(TeamMember).where(
        TeamMember.team_id == team.id, TeamMember.is_leader.is_(role is Role.TEAM_LEADER)
    )
    return db.session.scalars(query.order_by(TeamMember.id).limit(1)).one()
