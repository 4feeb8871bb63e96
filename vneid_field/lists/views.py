"""Hand-over: who waits, who holds what; the leader receives and splits; the printed list."""

from typing import Any

from flask import Blueprint, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.accounts.queries import list_members_with_accounts
from vneid_field.audit.services import record
from vneid_field.campaigns.queries import current_campaign
from vneid_field.campaigns.rules import expiry_days
from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.core.text import typed_text
from vneid_field.extensions import db
from vneid_field.figures.queries import stock_by_child
from vneid_field.figures.services import HOLDER, HOME
from vneid_field.jobs.models import Job
from vneid_field.jobs.queries import get_job
from vneid_field.jobs.services import enqueue
from vneid_field.lists import hand_over_queries, services
from vneid_field.lists.kinds import HandOverState
from vneid_field.lists.labels import HAND_OVER_LABELS, given_sentence
from vneid_field.lists.models import HandOver
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit, list_ancestors, list_children
from vneid_field.units.rules import UnitKind
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import Page, page_number
from vneid_field.web.render import go, render

bp = Blueprint("lists", __name__, url_prefix="/lists")
PAGE_SIZE = 10
WALK_LIST = "lists.walk_list"  # the job that prints


def _given(hand_over_id: int) -> HandOver:
    return hand_over_queries.get_hand_over(current_actor().scope, hand_over_id)


def _unit() -> Unit:
    """The unit whose lists are shown: ?unit=, else the actor's own."""
    actor = current_actor()
    wanted = request.args.get("unit", type=int)
    unit = get_unit(actor.scope, wanted or actor.unit.unit_id)
    if unit.kind is UnitKind.HAMLET:  # a beat officer: the commune, seen through own hamlets
        return next(u for u in list_ancestors(unit) if u.kind is UnitKind.COMMUNE)
    return unit


@bp.get("/")
@requires(Permission.SEE_LISTS)
def index() -> ResponseReturnValue:
    """Who holds what: by hamlet and list in a commune, by unit above it."""
    actor, campaign, unit = current_actor(), current_campaign(), _unit()
    if unit.kind is not UnitKind.COMMUNE:
        children = list_children(unit, (UnitKind.DISTRICT, UnitKind.COMMUNE))
        return render(
            "lists/units.html",
            unit=unit,
            children=children,
            home=stock_by_child(actor.scope, campaign.id, HOME, unit.path),
            held=stock_by_child(actor.scope, campaign.id, HOLDER, unit.path),
        )
    show = request.args.get("show", "")
    every = hand_over_queries.list_hand_overs(
        actor.scope, campaign.id, within_path=unit.path, with_ended=show == "all"
    )
    unread = [given for given in every if given.state is HandOverState.SENT]
    # What somebody has to see to comes first.
    wanted = unread if show == "sent" else sorted(every, key=lambda given: given not in unread)
    number = min(page_number(), max(1, -(-len(wanted) // PAGE_SIZE)))
    lists = wanted[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render(
        "lists/index.html",
        unit=unit,
        loads=hand_over_queries.list_hamlet_loads(actor.scope, campaign.id, unit),
        teams=list_children(unit, (UnitKind.TEAM,)),
        page=Page(lists, number, PAGE_SIZE, len(wanted)),
        show=show if show in ("sent", "all") else "",
        unread=len(unread),
        under_way=sum(given.state is not HandOverState.ENDED for given in every),
        counts=hand_over_queries.count_items([given.id for given in lists]),
        labels=HAND_OVER_LABELS,
        is_own=unit.id == actor.unit.unit_id,
    )


def _confirm(given: list[tuple[Unit, HandOver]]) -> ResponseReturnValue:
    """Back to the page, which says once which team got how many."""
    counts = hand_over_queries.count_items([one.id for _team, one in given])
    people: dict[str, int] = {}
    for team, one in given:
        people[team.name] = people.get(team.name, 0) + counts[one.id].open
    flash(given_sentence(people))
    return go(url_for("lists.index"))


@bp.post("/hand-over")
@requires(Permission.HAND_OVER)
def hand_over() -> ResponseReturnValue:
    """Hand the waiting people of a hamlet over to the chosen team."""
    actor = current_actor()
    commune = get_unit(actor.scope, actor.unit.unit_id)
    team = get_unit(actor.scope, request.form.get("team_id", 0, type=int))
    given = services.hand_over_hamlet(
        actor=actor,
        campaign=current_campaign(),
        commune=commune,
        hamlet=get_unit(actor.scope, request.form.get("hamlet_id", 0, type=int)),
        team=team,
    )
    return _confirm([(team, one) for one in given])


@bp.post("/hand-over-all")
@requires(Permission.HAND_OVER)
def hand_over_all() -> ResponseReturnValue:
    """Hand every hamlet that one team serves over to it; the others need a choice."""
    actor, campaign = current_actor(), current_campaign()
    commune = get_unit(actor.scope, actor.unit.unit_id)
    loads = hand_over_queries.list_hamlet_loads(actor.scope, campaign.id, commune)
    clear = [(load.hamlet, team) for load in loads if load.waiting and (team := load.clear_team)]
    if not clear:
        raise DomainError("Mỗi khu vực còn lại có nhiều tổ hoặc chưa có tổ: hãy chọn tổ rồi giao.")
    given = [
        (team, one)
        for hamlet, team in clear
        for one in services.hand_over_hamlet(
            actor=actor, campaign=campaign, commune=commune, hamlet=hamlet, team=team
        )
    ]
    return _confirm(given)


@bp.get("/<int:hand_over_id>")
@requires(Permission.SEE_LISTS)
def show(hand_over_id: int) -> ResponseReturnValue:
    """One list: counts, who has which part, take back, move, print."""
    return _show(_given(hand_over_id))


def _at_work(given: HandOver) -> list[Any]:
    """Whose phones may hold results that have not arrived yet; visits lie to the right."""
    find = current_app.extensions.get("team_at_work")
    if find is None or given.state is not HandOverState.RECEIVED:
        return []
    found: list[Any] = find(given.campaign_id, given.to_unit_id)
    return found


def _unwarned(given: HandOver) -> str:
    """Why a list is not taken away yet: a team at work was not asked to send first."""
    if request.form.get("is_sent") == "1" or not (at_work := _at_work(given)):
        return ""
    return (
        f"Hôm nay {at_work[0].name} còn gửi kết quả của tổ. Kết quả còn nằm trên điện thoại sẽ "
        "không ghi được nữa: hãy báo tổ gửi hết, rồi đánh dấu “Tổ đã gửi hết kết quả”."
    )


def _show(given: HandOver, failure: str = "", status: int = 200) -> ResponseReturnValue:
    return render(
        "lists/show.html",
        status=status,
        failure=failure,
        given=given,
        ending=hand_over_queries.find_ending(given),
        counts=hand_over_queries.count_items([given.id]).get(given.id),
        assigned=hand_over_queries.count_assigned(given.id),
        members={user.id: user for user in list_members_with_accounts(given.to_unit_id)},
        alleys=hand_over_queries.list_alleys(given),
        teams=list_children(given.from_unit, (UnitKind.TEAM,)),
        labels=HAND_OVER_LABELS,
        is_open=given.state is not HandOverState.ENDED,
        at_work=_at_work(given),
        expiry_days=expiry_days(current_campaign()),
        typed=request.form,
    )


@bp.post("/<int:hand_over_id>/take-back")
@requires(Permission.HAND_OVER)
def take_back(hand_over_id: int) -> ResponseReturnValue:
    """Take a list back, with a reason; what was recorded stays."""
    given, reason = _given(hand_over_id), typed_text(request.form.get("reason"))
    if not reason:
        return _show(given, "Hãy ghi lý do thu hồi.", 422)
    if failure := _unwarned(given):
        return _show(given, failure, 422)
    services.take_back(
        actor=current_actor(), campaign=current_campaign(), given=given, reason=reason
    )
    return go(url_for("lists.show", hand_over_id=hand_over_id))


@bp.post("/<int:hand_over_id>/move")
@requires(Permission.HAND_OVER)
def move(hand_over_id: int) -> ResponseReturnValue:
    """Give the unfinished people of a list to another team."""
    actor, given = current_actor(), _given(hand_over_id)
    team = get_unit(actor.scope, request.form.get("team_id", 0, type=int))
    if failure := _unwarned(given):
        return _show(given, failure, 422)
    made = services.move(actor=actor, campaign=current_campaign(), given=given, team=team)
    return go(url_for("lists.show", hand_over_id=made.id if made else hand_over_id))


@bp.get("/mine")
@requires(Permission.SPLIT_LIST)
def mine() -> ResponseReturnValue:
    """The leader's lists: to receive, to split, to print."""
    actor = current_actor()
    lists = [
        given
        for given in hand_over_queries.list_hand_overs(actor.scope, current_campaign().id)
        if given.state is not HandOverState.ENDED
    ]
    return render(
        "lists/mine.html",
        lists=lists,
        counts=hand_over_queries.count_items([given.id for given in lists]),
        expiry_days=expiry_days(current_campaign()),
    )


@bp.post("/<int:hand_over_id>/receive")
@requires(Permission.SPLIT_LIST)
def receive(hand_over_id: int) -> ResponseReturnValue:
    """The leader notes that the team has the list."""
    services.receive(actor=current_actor(), given=_given(hand_over_id))
    return go(url_for("lists.split", hand_over_id=hand_over_id, received=1))


@bp.get("/<int:hand_over_id>/split")
@requires(Permission.SPLIT_LIST)
def split(hand_over_id: int) -> ResponseReturnValue:
    """Who walks which alley."""
    given = _given(hand_over_id)
    return render(
        "lists/split.html",
        given=given,
        alleys=hand_over_queries.list_alleys(given),
        members=list_members_with_accounts(given.to_unit_id),
        assigned=hand_over_queries.count_assigned(given.id),
        counts=hand_over_queries.count_items([given.id]).get(given.id),
    )


@bp.post("/<int:hand_over_id>/assign")
@requires(Permission.SPLIT_LIST)
def assign(hand_over_id: int) -> ResponseReturnValue:
    """Give alleys to members: fields member-N for the N-th alley of the page."""
    given = _given(hand_over_id)
    members = {str(user.id) for user in list_members_with_accounts(given.to_unit_id)}
    for alley in hand_over_queries.list_alleys(given):
        value = request.form.get(f"member-{alley.hamlet_id}-{alley.alley}")
        if value is None or value == "keep":
            continue
        if value not in members | {"none"}:
            raise NotFound
        user_id = None if value == "none" else int(value)
        if user_id != alley.assigned_to or alley.is_mixed:
            services.assign(
                actor=current_actor(),
                given=given,
                user_id=user_id,
                hamlet_id=alley.hamlet_id,
                alley=alley.alley,
            )
    services.set_only_own_part(
        actor=current_actor(),
        team=given.to_unit,
        is_only_own=request.form.get("only_own_part") == "1",
    )
    return go(url_for("lists.split", hand_over_id=hand_over_id, saved=1))


@bp.post("/<int:hand_over_id>/print")
@requires(Permission.SEE_PERSON_DOCUMENTS)
def print_list(hand_over_id: int) -> ResponseReturnValue:
    """Ask for the printed walk list; a long one takes a while, so the worker makes it."""
    actor, given = current_actor(), _given(hand_over_id)
    counts = hand_over_queries.count_items([given.id]).get(given.id)
    left = counts.open - counts.done if counts else 0
    if not left:
        raise DomainError("Danh sách này không còn ai phải đến, không có gì để in.")
    record("list.printed", actor=actor, subject_kind="hand_over", subject_id=given.id, count=left)
    key = f"walk:{given.id}:{actor.user_id}"
    job = enqueue(WALK_LIST, actor=actor, payload={"hand_over_id": given.id}, dedupe_key=key)
    return go(url_for("lists.printing", job_id=job.id))


@bp.get("/printing/<int:job_id>")
@requires(Permission.SEE_PERSON_DOCUMENTS)
def printing(job_id: int) -> ResponseReturnValue:
    """Wait for the printed list; the fragment polls itself and stops."""
    job: Job = get_job(current_actor(), job_id, WALK_LIST)
    given = db.session.get(HandOver, job.payload.get("hand_over_id"))
    return render("lists/printing.html", "lists/_printing.html", job=job, given=given)
