"""Teams of the scope and their members (III.4.b, III.5)."""

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.core.access import Permission
from vneid_field.core.errors import DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.units import queries, services
from vneid_field.units.forms import MemberForm, NewTeamForm, TeamForm
from vneid_field.units.labels import SUBTYPE_LABELS, UNION_LABELS
from vneid_field.units.models import TeamMember, Unit
from vneid_field.units.rules import REQUIRED_UNION_IT_MEMBERS, UnitKind, lacks_union_members
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import page_number
from vneid_field.web.render import go, render

bp = Blueprint("teams", __name__, url_prefix="/teams")
INCOMPLETE = "Hãy xem lại các mục được đánh dấu."


@bp.get("/")
@requires(Permission.MANAGE_UNITS)
def index() -> ResponseReturnValue:
    """Teams with their members' counts, and a warning for those under the 02 of III.4.b."""
    scope = current_actor().scope
    search, lacking = request.args.get("q", "").strip()[:80], request.args.get("lacking") == "1"
    counts = queries.count_union_it_members(scope)
    return render(
        "teams/index.html",
        page=queries.page_teams(scope, search=search, only_lacking=lacking, number=page_number()),
        filters={k: v for k, v in {"q": search, "lacking": "1" if lacking else ""}.items() if v},
        total=len(counts),
        short=sum(lacks_union_members(count) for count in counts.values()),
        wanted=REQUIRED_UNION_IT_MEMBERS,
        subtypes=SUBTYPE_LABELS,
        has_communes=len(queries.list_of_kinds(scope, (UnitKind.COMMUNE,))) > 1,
    )


@bp.get("/new")
@requires(Permission.MANAGE_UNITS)
def new() -> ResponseReturnValue:
    """The form of a new team."""
    return _new_page(NewTeamForm(formdata=None))


def _new_page(form: NewTeamForm, *, failure: str = "", status: int = 200) -> ResponseReturnValue:
    groups: dict[str, list[tuple[int, str]]] = {}
    for unit, parent_name in queries.list_of_kinds(current_actor().scope, (UnitKind.COMMUNE,)):
        groups.setdefault(parent_name, []).append((unit.id, unit.name))
    form.commune_id.choices = groups
    return render("teams/new.html", status=status, form=form, failure=failure)


@bp.post("/new")
@requires(Permission.MANAGE_UNITS)
def add() -> ResponseReturnValue:
    """Add a team; its hamlets and members come on its own page."""
    actor, form = current_actor(), NewTeamForm()
    if not form.validate():
        return _new_page(form, status=422, failure=INCOMPLETE)
    commune = queries.get_unit(actor.scope, form.commune_id.data)
    try:
        team = services.add_team(
            actor=actor, commune=commune, name=form.name.data or "", subtype=form.subtype.data
        )
    except DomainError as error:
        db.session.rollback()
        return _new_page(form, status=error.status, failure=error.message)
    _tell("team_was_added", team)
    return go(url_for("teams.show", team_id=team.id))


def _tell(hook: str, team: Unit) -> None:
    """Let accounts and reports, which lie to the right, follow: create_app registers them."""
    for follow in current_app.extensions.get(hook, ()):
        follow(actor=current_actor(), unit=team)


def _team(team_id: int) -> Unit:
    return queries.get_team(current_actor().scope, team_id)


def _is_busy(team: Unit) -> bool:
    """Whether the team holds open list items: lists lie to the right, so a hook tells."""
    hook = current_app.extensions.get("team_is_busy")
    return bool(hook and hook(team.id))


@bp.get("/<int:team_id>")
@requires(Permission.MANAGE_UNITS)
def show(team_id: int) -> ResponseReturnValue:
    """A team: members, hamlets, name, closing."""
    team = _team(team_id)
    return _team_page(team, TeamForm(formdata=None, obj=team))


def _team_page(
    team: Unit, form: TeamForm, *, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    scope = current_actor().scope
    commune = db.session.get_one(Unit, team.parent_id)
    counts = queries.count_union_it_members(scope, team)
    return render(
        "teams/show.html",
        status=status,
        team=team,
        commune=commune,
        form=form,
        failure=failure,
        members=queries.list_members(team),
        former=queries.list_members(team, has_left=True),
        hamlets=queries.list_children(commune, (UnitKind.HAMLET,)),
        served={hamlet.id for hamlet in queries.list_hamlets_of_team(team.id)},
        union_it=counts.get(team.id, 0),
        wanted=REQUIRED_UNION_IT_MEMBERS,
        unions=UNION_LABELS,
        subtypes=SUBTYPE_LABELS,
        is_busy=_is_busy(team),
    )


@bp.post("/<int:team_id>")
@requires(Permission.MANAGE_UNITS)
def rename(team_id: int) -> ResponseReturnValue:
    """Give the team another name or kind."""
    team, form = _team(team_id), TeamForm()
    if not form.validate():
        return _team_page(team, form, status=422, failure=INCOMPLETE)
    try:
        services.rename_team(
            actor=current_actor(), team=team, name=form.name.data or "", subtype=form.subtype.data
        )
    except DomainError as error:
        db.session.rollback()
        return _team_page(_team(team_id), form, status=error.status, failure=error.message)
    return go(url_for("teams.show", team_id=team_id))


@bp.post("/<int:team_id>/hamlets")
@requires(Permission.MANAGE_UNITS)
def set_hamlets(team_id: int) -> ResponseReturnValue:
    """Say which hamlets the team serves."""
    chosen = request.form.getlist("hamlet", type=int)
    services.set_hamlets(actor=current_actor(), team=_team(team_id), hamlet_ids=chosen)
    return go(url_for("teams.show", team_id=team_id))


@bp.post("/<int:team_id>/close")
@requires(Permission.MANAGE_UNITS)
def close(team_id: int) -> ResponseReturnValue:
    """Close the team for good."""
    team = _team(team_id)
    services.lock_team(team)  # nobody gives it a list between the question and the closing
    services.close_team(actor=current_actor(), team=team, is_busy=_is_busy(team))
    _tell("team_was_closed", team)
    return go(url_for("teams.index"))


@bp.get("/<int:team_id>/members/new")
@requires(Permission.MANAGE_UNITS)
def new_member(team_id: int) -> ResponseReturnValue:
    """The form of a new member."""
    return _member_page(_team(team_id), None, MemberForm(formdata=None))


def _member_page(
    team: Unit, member: TeamMember | None, form: MemberForm, *, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    return render(
        "teams/member.html", status=status, team=team, member=member, form=form, failure=failure
    )


@bp.post("/<int:team_id>/members/new")
@requires(Permission.MANAGE_UNITS)
def add_member(team_id: int) -> ResponseReturnValue:
    """Add a member."""
    team, form = _team(team_id), MemberForm()
    if not form.validate():
        return _member_page(team, None, form, status=422, failure=INCOMPLETE)
    try:
        services.add_member(actor=current_actor(), team=team, details=form.details(is_new=True))
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        return _member_page(_team(team_id), None, form, status=422, failure=error.message)
    return go(url_for("teams.show", team_id=team_id))


@bp.get("/<int:team_id>/members/<int:member_id>")
@requires(Permission.MANAGE_UNITS)
def member(team_id: int, member_id: int) -> ResponseReturnValue:
    """The form of a member."""
    team = _team(team_id)
    found = queries.get_member(team, member_id)
    return _member_page(team, found, MemberForm.of(found))


@bp.post("/<int:team_id>/members/<int:member_id>")
@requires(Permission.MANAGE_UNITS)
def change_member(team_id: int, member_id: int) -> ResponseReturnValue:
    """Change a member."""
    team, form = _team(team_id), MemberForm()
    found = queries.get_member(team, member_id)
    if not form.validate():
        return _member_page(team, found, form, status=422, failure=INCOMPLETE)
    try:
        services.change_member(
            actor=current_actor(), team=team, member=found, details=form.details(is_new=False)
        )
    except DomainError as error:
        db.session.rollback()
        return _member_page(_team(team_id), found, form, status=422, failure=error.message)
    return go(url_for("teams.show", team_id=team_id))


@bp.post("/<int:team_id>/members/<int:member_id>/leave")
@requires(Permission.MANAGE_UNITS)
def leave(team_id: int, member_id: int) -> ResponseReturnValue:
    """Note that a member has left."""
    team = _team(team_id)
    services.mark_left(actor=current_actor(), team=team, member=queries.get_member(team, member_id))
    return go(url_for("teams.show", team_id=team_id, left=1))


@bp.post("/<int:team_id>/members/<int:member_id>/return")
@requires(Permission.MANAGE_UNITS)
def bring_back(team_id: int, member_id: int) -> ResponseReturnValue:
    """Undo a leaving."""
    team = _team(team_id)
    services.bring_back(
        actor=current_actor(), team=team, member=queries.get_member(team, member_id)
    )
    return go(url_for("teams.show", team_id=team_id))
