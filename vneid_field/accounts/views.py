"""Login, log out, own password."""

import re

from flask import Blueprint, Flask, Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from vneid_field.accounts import services, sessions, throttle
from vneid_field.accounts.forms import LoginForm, PasswordForm
from vneid_field.accounts.labels import device_label
from vneid_field.accounts.queries import (
    actor_of,
    choices_of,
    find_user_with_grants,
    list_open_sessions,
)
from vneid_field.accounts.session_services import end_own_session
from vneid_field.audit.services import record
from vneid_field.core import clock
from vneid_field.core.access import Permission
from vneid_field.core.database import reading, set_writing
from vneid_field.core.errors import DomainError
from vneid_field.extensions import db
from vneid_field.web.access import current_actor, find_actor, public, requires
from vneid_field.web.render import go, render
from vneid_field.web.transactions import commit_apart

bp = Blueprint("accounts", __name__)


# "//host", "/\\host" and control characters lead browsers to another site.
_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")


def _safe_next(target: str | None) -> str:
    """Only a path of this site: never a foreign address."""
    return target if target and _OWN_PATH.fullmatch(target) else url_for("home.index")


@bp.get("/login")
@public
def login() -> ResponseReturnValue:
    """The login page."""
    if find_actor():
        return redirect(_safe_next(request.args.get("next")), 303)
    form = LoginForm(formdata=None, next=request.args.get("next", ""))
    return render(
        "accounts/login.html",
        form=form,
        has_ended="ended" in request.args,
        is_unsaved="unsaved" in request.args,
        failure="",
        demo_accounts=current_app.extensions["demo_accounts"](),
    )


@bp.post("/login")
@public
def log_in() -> ResponseReturnValue:
    """Check name and password."""
    form = LoginForm()
    if not form.validate():
        return _login_failed(form, "", 422)
    secret = current_app.config["SETTINGS"].secret_key
    name, address = form.login_name.data.strip().lower(), request.remote_addr or ""
    attempt = throttle.Attempt(name, address, secret)
    # Every attempt costs the hash, one behind a shut gate too: the time tells nobody which names
    # are known. Nobody who writes waits for it.
    with reading():
        proven = services.prove(login_name=name, password=form.password.data)
    gate = throttle.look(attempt)
    try:
        user = services.log_in(login_name=name, proven=proven, gate=gate, now=clock.now())
    except DomainError as error:
        _note_failure(attempt, is_throttled=gate.is_shut)
        return _login_failed(form, error.message, error.status)
    throttle.note_success(attempt)
    loaded = find_user_with_grants(user.id)
    g.actor = actor_of(loaded) if loaded else None
    # Only a phone in the field stays logged in: a desk in an office has an idle end.
    is_field = g.actor is not None and g.actor.is_field
    sessions.begin(user, is_remembered=form.is_remembered.data and is_field)
    record("account.login", actor=g.actor, subject_kind="user", subject_id=user.id, address=address)
    return go(_safe_next(form.next.data))


def _note_failure(attempt: throttle.Attempt, *, is_throttled: bool) -> None:
    commit_apart()
    if not is_throttled:
        throttle.note_failure(attempt)
    record("account.login_failed", actor=None, address=attempt.address, is_throttled=is_throttled)
    db.session.commit()


def _login_failed(form: LoginForm, failure: str, status: int) -> Response:
    return render(
        "accounts/login.html",
        status=status,
        form=form,
        has_ended=False,
        failure=failure,
        demo_accounts=current_app.extensions["demo_accounts"](),
    )


@bp.post("/logout")
@requires(Permission.USE_ACCOUNT)
def logout() -> ResponseReturnValue:
    """End this session."""
    record("account.logout", actor=current_actor())
    return _left()


def _left() -> Response:
    sessions.end()
    g.actor = None
    return go(url_for("accounts.login"))


@bp.post("/account/sessions/end")
@requires(Permission.USE_ACCOUNT)
def end_session() -> ResponseReturnValue:
    """End one of the own sessions, on another device."""
    end_own_session(actor=current_actor(), session_id=request.form.get("session", ""))
    return go(url_for("accounts.account"))


@bp.get("/account")
@requires(Permission.USE_ACCOUNT)
def account() -> ResponseReturnValue:
    """Own account: password, roles, log out everywhere."""
    return _account_page(PasswordForm(formdata=None))


def _account_page(form: PasswordForm, *, failure: str = "", status: int = 200) -> Response:
    return render(
        "accounts/account.html",
        status=status,
        form=form,
        user=g.user,
        choices=choices_of(g.user),
        open_sessions=list_open_sessions(g.user, clock.real_now()),
        session_id=sessions.current_id(),
        device_label=device_label,
        failure=failure,
    )


@bp.post("/account/password")
@requires(Permission.USE_ACCOUNT)
def change_password() -> ResponseReturnValue:
    """Set the own password."""
    form, secret = PasswordForm(), current_app.config["SETTINGS"].secret_key
    if not form.validate():
        return _account_page(form, status=422)
    gate = throttle.look_at_own(g.user.id, secret)
    try:
        services.change_password(
            actor=current_actor(), user=g.user, old=form.old.data, new=form.new.data, gate=gate
        )
    except DomainError as error:
        if gate.is_shut or isinstance(error, services.WrongPassword):
            _note_guess(secret, is_throttled=gate.is_shut)
        # No rollback before the page: it still reads the person. A refusal is never committed.
        return _account_page(form, failure=error.message, status=error.status)
    throttle.note_own_success(g.user.id, secret)
    sessions.renew(g.user)
    return go(url_for("home.index"))


def _note_guess(secret: str, *, is_throttled: bool) -> None:
    user_id = g.user.id
    commit_apart()
    if not is_throttled:
        throttle.note_own_failure(user_id, secret)
    record("account.password_refused", actor=current_actor(), is_throttled=is_throttled)
    db.session.commit()
    set_writing(False)  # the page only reads
    g.user = find_user_with_grants(user_id)


@bp.post("/account/role")
@requires(Permission.USE_ACCOUNT)
def switch_role() -> ResponseReturnValue:
    """Act in another of the own roles, or for another unit."""
    wanted = request.form.get("grant", 0, type=int)
    if wanted in {grant.id for grant in choices_of(g.user)}:
        session["grant"] = wanted
    return go(url_for("home.index"))


@bp.post("/account/logout-everywhere")
@requires(Permission.USE_ACCOUNT)
def logout_everywhere() -> ResponseReturnValue:
    """End all sessions of this account."""
    services.log_out_everywhere(actor=current_actor(), user=g.user)
    return _left()


def init_accounts(app: Flask) -> None:
    """Register the blueprint, the actor hook and the forced change of a temporary password."""
    app.register_blueprint(bp)
    app.extensions["find_actor"] = sessions.find_actor

    @app.before_request
    def force_change() -> ResponseReturnValue | None:
        user = g.get("user")
        free = request.blueprint == "accounts" or request.endpoint == "static"
        if user is not None and user.must_change_password and not free:
            return redirect(url_for("accounts.account"), 303)
        return None
