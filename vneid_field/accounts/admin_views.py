"""Accounts of the scope: find, make one, close, open, give a temporary password."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue

from vneid_field.accounts import queries, rules, services
from vneid_field.accounts.forms import AccountForm, RoleForm
from vneid_field.accounts.models import User
from vneid_field.core import clock
from vneid_field.core.access import Actor, Permission, Role
from vneid_field.core.errors import Conflict, DomainError, NotFound
from vneid_field.extensions import db
from vneid_field.units.models import Unit
from vneid_field.units.queries import get_unit, list_of_kinds
from vneid_field.units.rules import UnitKind
from vneid_field.web.access import current_actor, requires
from vneid_field.web.pagination import page_number, paginate
from vneid_field.web.render import go, render

bp = Blueprint("accounts_admin", __name__, url_prefix="/accounts")
PAGE_SIZE = 50
LONGEST_CHOICE = 150  # more units than this: the person picks a district or commune first
STATES = {"active": True, "disabled": False}


def _role(text: str) -> Role | None:
    return Role(text) if text in set(Role) else None


def _held(user: User) -> list[tuple[Role, str]]:
    return [(grant.role, grant.unit.path) for grant in user.grants]


def _is_below(actor: Actor, user: User) -> bool:
    return user.id != actor.user_id and rules.is_below(actor, _held(user))


@bp.get("/")
@requires(Permission.MANAGE_ACCOUNTS)
def index() -> ResponseReturnValue:
    """Accounts of the scope, by name, role and state."""
    actor = current_actor()
    search, state = request.args.get("q", "").strip()[:80], request.args.get("state", "")
    role = _role(request.args.get("role", ""))
    query = queries.accounts_query(
        actor.scope, search=search, role=role, is_active=STATES.get(state)
    )
    filters = {"q": search, "role": role.value if role else "", "state": state}
    return render(
        "accounts/index.html",
        page=paginate(query, number=page_number(), size=PAGE_SIZE),
        filters={name: value for name, value in filters.items() if value},
        roles=_roles_to_find(actor),
        now=clock.now(),
    )


def _roles_to_find(actor: Actor) -> list[Role]:
    """The roles that a search here can meet."""
    known = queries.list_roles_held(actor.scope) | set(rules.roles_to_give(actor))
    return [role for role in Role if role in known]


@bp.get("/new")
@requires(Permission.MANAGE_ACCOUNTS)
def new() -> ResponseReturnValue:
    """The form of one account: first the role (and the area), then who and where."""
    return _new_page(AccountForm(formdata=None))


def _chosen_area(actor: Actor) -> Unit | None:
    wanted = request.values.get("at", 0, type=int)
    return get_unit(actor.scope, wanted) if wanted else None


def _new_page(form: AccountForm, *, failure: str = "", status: int = 200) -> ResponseReturnValue:
    choice = _choose(form)
    return render(
        "accounts/new.html",
        status=status,
        form=form,
        failure=failure,
        ends_at=_ends_at(choice["role"]),
        **choice,
    )


def _choose(form: RoleForm) -> dict[str, Any]:
    """Fill in the units for the role and area of the address; returns what the page shows of it."""
    actor = current_actor()
    roles = rules.roles_to_give(actor)
    wanted = _role(request.values.get("role", ""))
    role = wanted if wanted in roles else roles[0]
    area = _chosen_area(actor)
    units = list_of_kinds(actor.scope, rules.kinds_to_give(actor, role), area)
    needs_area = area is None and len(units) > LONGEST_CHOICE
    form.unit_id.choices = {} if needs_area else _grouped(units)
    areas = list_of_kinds(actor.scope, (UnitKind.DISTRICT, UnitKind.COMMUNE))
    return {
        "roles": roles,
        "role": role,
        "area": area,
        "areas": areas if len(areas) > 1 else [],
        "needs_area": needs_area,
    }


def _grouped(units: list[tuple[Unit, str]]) -> dict[str, list[tuple[int, str]]]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for unit, parent_name in units:
        groups.setdefault(parent_name, []).append((unit.id, f"{unit.name} ({unit.code})"))
    return groups


def _campaign_end() -> datetime | None:
    """The campaign lies to the right: a hook tells when it ends."""
    hook = current_app.extensions.get("campaign_end")
    return hook() if hook else None


def _ends_at(role: Role) -> datetime | None:
    return _campaign_end() if role in rules.ROLES_THAT_EXPIRE else None


@bp.post("/new")
@requires(Permission.MANAGE_ACCOUNTS)
def create() -> ResponseReturnValue:
    """Make one account; the answer shows its temporary password once and is stored nowhere."""
    actor, form = current_actor(), AccountForm()
    role = _role(request.form.get("role", ""))
    if role is None:
        raise NotFound
    if not form.validate():
        return _new_page(form, status=422, failure="Hãy xem lại các mục được đánh dấu.")
    unit = get_unit(actor.scope, form.unit_id.data)
    try:
        user, secret = _create(actor, form, role, unit)
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        return _new_page(form, status=error.status, failure=error.message)
    return _password_page(queries.get_user(actor.scope, user.id), secret, is_new=True)


def _create(actor: Actor, form: AccountForm, role: Role, unit: Unit) -> tuple[User, str]:
    name, login_name = form.display_name.data or "", form.login_name.data or ""
    if not login_name:
        services.refuse_namesake(name, role, unit)
    return services.create_account(
        actor=actor,
        login_name=login_name,
        display_name=name,
        role=role,
        unit=unit,
        expires_at=_ends_at(role),
    )


def _password_page(user: User, secret: str, *, is_new: bool) -> ResponseReturnValue:
    return render(
        "accounts/password.html",
        user=user,
        secret=secret,
        is_new=is_new,
        address=current_app.config["SETTINGS"].public_url,
    )


@bp.get("/<int:user_id>")
@requires(Permission.MANAGE_ACCOUNTS)
def show(user_id: int) -> ResponseReturnValue:
    """One account and what may be done with it."""
    actor = current_actor()
    user = queries.get_user(actor.scope, user_id)
    return render(
        "accounts/show.html",
        user=user,
        is_below=_is_below(actor, user),
        may_close=user.id != actor.user_id and rules.may_close(actor, _held(user)),
        may_add_role=len(rules.roles_to_give(actor)) > 1,
        now=clock.now(),
    )


@bp.get("/<int:user_id>/roles")
@requires(Permission.MANAGE_ACCOUNTS)
def roles(user_id: int) -> ResponseReturnValue:
    """The form of one more role: first the role (and the area), then where."""
    return _role_page(_user_below(user_id), RoleForm(formdata=None))


def _user_below(user_id: int) -> User:
    actor = current_actor()
    user = queries.get_user(actor.scope, user_id)
    if not _is_below(actor, user):
        raise NotFound
    return user


def _role_page(
    user: User, form: RoleForm, *, failure: str = "", status: int = 200
) -> ResponseReturnValue:
    choice = _choose(form)
    return render(
        "accounts/role.html", status=status, user=user, form=form, failure=failure, **choice
    )


@bp.post("/<int:user_id>/roles")
@requires(Permission.MANAGE_ACCOUNTS)
def give_role(user_id: int) -> ResponseReturnValue:
    """Give an account one more role."""
    actor, user, form = current_actor(), _user_below(user_id), RoleForm()
    role = _role(request.form.get("role", ""))
    if role is None or not form.validate():
        return _role_page(user, form, status=422, failure="Hãy chọn vai trò và đơn vị.")
    unit = get_unit(actor.scope, form.unit_id.data)
    try:
        services.give_role(
            actor=actor, user=user, role=role, unit=unit, volunteers_end_at=_campaign_end()
        )
    except Conflict as error:
        return _role_page(user, form, status=error.status, failure=error.message)
    return go(url_for("accounts_admin.show", user_id=user_id))


@bp.post("/<int:user_id>/roles/take")
@requires(Permission.MANAGE_ACCOUNTS)
def take_role(user_id: int) -> ResponseReturnValue:
    """Take one role from an account that has several."""
    actor = current_actor()
    services.take_role(
        actor=actor,
        user=queries.get_user(actor.scope, user_id),
        grant_id=request.form.get("grant", 0, type=int),
        volunteers_end_at=_campaign_end(),
    )
    _tell_left(user_id)
    return go(url_for("accounts_admin.show", user_id=user_id))


def _tell_left(user_id: int) -> None:
    """Let lists, which lie to the right, follow: create_app registers them."""
    for follow in current_app.extensions.get("account_left_unit", ()):
        follow(actor=current_actor(), user_id=user_id)


@bp.post("/<int:user_id>/disable")
@requires(Permission.MANAGE_ACCOUNTS)
def disable(user_id: int) -> ResponseReturnValue:
    """Close an account and end its sessions."""
    actor = current_actor()
    services.disable_account(actor=actor, user=queries.get_user(actor.scope, user_id))
    _tell_left(user_id)
    return go(url_for("accounts_admin.show", user_id=user_id))


@bp.post("/<int:user_id>/enable")
@requires(Permission.MANAGE_ACCOUNTS)
def enable(user_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    actor = current_actor()
    services.enable_account(actor=actor, user=queries.get_user(actor.scope, user_id))
    return go(url_for("accounts_admin.show", user_id=user_id))


@bp.post("/<int:user_id>/password")
@requires(Permission.MANAGE_ACCOUNTS)
def reset(user_id: int) -> ResponseReturnValue:
    """Give a temporary password; the answer shows it once and is stored nowhere."""
    actor = current_actor()
    user = queries.get_user(actor.scope, user_id)
    secret = services.reset_password(actor=actor, user=user)
    return _password_page(user, secret, is_new=False)
