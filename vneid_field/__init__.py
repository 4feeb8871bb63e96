"""VNeID Field: field-campaign software. `create_app` is the table of contents."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from vneid_field.absences import papers as absences_papers
from vneid_field.absences.call_views import bp as calls_bp
from vneid_field.absences.desk_views import bp as support_bp
from vneid_field.absences.following import follow_people
from vneid_field.absences.limit_views import bp as absence_limits_bp
from vneid_field.absences.services import unit_is_busy
from vneid_field.absences.views import bp as absences_bp
from vneid_field.accounts.admin_views import bp as accounts_admin_bp
from vneid_field.accounts.services import disable_accounts_of
from vneid_field.accounts.views import init_accounts
from vneid_field.audit.hooks import audit_refusal
from vneid_field.audit.views import bp as audit_bp
from vneid_field.audit_words import SUBJECTS, word_events
from vneid_field.boards.commendation_views import bp as commendations_bp
from vneid_field.boards.views import bp as boards_bp
from vneid_field.campaigns.keys import holds_demo, keys_fit
from vneid_field.campaigns.queries import campaign_end, use_campaign_clock
from vneid_field.campaigns.views import bp as campaigns_bp
from vneid_field.collection.day_views import bp as collection_day_bp
from vneid_field.collection.decisions import follow_decisions
from vneid_field.collection.following import follow_applications
from vneid_field.collection.invitation_views import bp as invitations_bp
from vneid_field.collection.readiness_views import bp as readiness_bp
from vneid_field.collection.session_views import bp as sessions_bp
from vneid_field.collection.transmission_views import bp as transmissions_bp
from vneid_field.config import (
    DEMO_DATA,
    ROOT,
    WRONG_KEYS,
    ConfigurationError,
    Settings,
    WrongDatabase,
)
from vneid_field.core.crypto import use_keyring
from vneid_field.core.database import prepare_engine, use_session
from vneid_field.documents.letterhead_views import bp as letterheads_bp
from vneid_field.documents.views import bp as documents_bp
from vneid_field.extensions import csrf, db, htmx, migrate
from vneid_field.figures.views import bp as openings_bp
from vneid_field.home import bp as home_bp
from vneid_field.home import demo_accounts, handbook_bp
from vneid_field.lists import tasks as lists_tasks
from vneid_field.lists import walk_list
from vneid_field.lists.field_correction_views import bp as field_corrections_bp
from vneid_field.lists.household_views import bp as households_bp
from vneid_field.lists.import_views import bp as imports_bp
from vneid_field.lists.services import release_part
from vneid_field.lists.views import bp as lists_bp
from vneid_field.menu import shell_context
from vneid_field.people import purging as people_purging
from vneid_field.people.views import bp as people_bp
from vneid_field.quotas.views import bp as quotas_bp
from vneid_field.reporting import tasks as reporting_tasks
from vneid_field.reporting.decision_views import bp as decisions_bp
from vneid_field.reporting.excuse_views import bp as excuses_bp
from vneid_field.reporting.obligation_services import begin_unit, end_unit
from vneid_field.reporting.point_board_views import bp as point_board_bp
from vneid_field.reporting.point_views import bp as reporting_bp
from vneid_field.reporting.timeliness_views import bp as timeliness_bp
from vneid_field.review.minutes_views import bp as review_minutes_bp
from vneid_field.review.queries import list_household_remarks, list_returned
from vneid_field.review.rate_views import bp as review_rates_bp
from vneid_field.review.services import note_correction
from vneid_field.review.threshold_views import bp as review_thresholds_bp
from vneid_field.review.views import bp as review_bp
from vneid_field.staff import bp as staff_bp
from vneid_field.units.views import bp as teams_bp
from vneid_field.unlisted import purging as unlisted_purging
from vneid_field.unlisted.queries import count_waiting
from vneid_field.unlisted.views import bp as unlisted_bp
from vneid_field.visits import expiry, learnt_phones
from vneid_field.visits.activity import list_at_work
from vneid_field.visits.tally_views import bp as tally_bp
from vneid_field.visits.telling_views import bp as telling_bp
from vneid_field.visits.trail import trail_of
from vneid_field.visits.type_in_views import bp as type_in_bp
from vneid_field.visits.views import bp as visits_bp
from vneid_field.web import (
    access,
    assets,
    converters,
    errors,
    filters,
    headers,
    navigation,
    transactions,
)

# Importing them registers the bodies of their jobs, and what is done every night.
JOB_MODULES = (
    lists_tasks,
    walk_list,
    absences_papers,
    reporting_tasks,
    expiry,
    learnt_phones,
    people_purging,
    unlisted_purging,
)
BLUEPRINTS = (
    home_bp,
    handbook_bp,
    accounts_admin_bp,
    staff_bp,
    teams_bp,
    campaigns_bp,
    documents_bp,
    visits_bp,
    tally_bp,
    boards_bp,
    commendations_bp,
    openings_bp,
    reporting_bp,
    decisions_bp,
    excuses_bp,
    timeliness_bp,
    point_board_bp,
    quotas_bp,
    imports_bp,
    lists_bp,
    type_in_bp,
    households_bp,
    people_bp,
    audit_bp,
    letterheads_bp,
    review_bp,
    review_minutes_bp,
    review_rates_bp,
    review_thresholds_bp,
    unlisted_bp,
    telling_bp,
    field_corrections_bp,
    absences_bp,
    collection_day_bp,
    invitations_bp,
    calls_bp,
    support_bp,
    absence_limits_bp,
    sessions_bp,
    readiness_bp,
    transmissions_bp,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; raises ConfigurationError with a sentence for the operator."""
    settings = settings or Settings.from_environment()
    _check_files()
    use_keyring(settings.keys)
    app = Flask(
        __name__,
        root_path=str(ROOT),
        template_folder="templates",
        static_folder="static",
        instance_path=str(settings.instance),
    )
    app.config.from_mapping(_flask_config(settings))
    _init_extensions(app)
    _init_web(app)
    _init_slices(app)
    _check_database(app, settings)
    return app


def _check_files() -> None:
    for folder in ("templates", "static", "migrations"):
        if not (ROOT / folder).is_dir():
            raise ConfigurationError(
                f"Thiếu thư mục {folder}/ cạnh vneid_field/: chương trình chạy từ bản mã nguồn đầy "
                "đủ, hãy tải lại và chạy script/run."
            )


def _check_database(app: Flask, settings: Settings) -> None:
    """Refuse a database that other keys encrypted, and a demo's in production."""
    with app.app_context(), db.engine.connect() as connection:
        if not keys_fit(connection):
            raise WrongDatabase(WRONG_KEYS)
        if settings.is_production and holds_demo(connection):
            raise WrongDatabase(DEMO_DATA)


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # An exception's text goes to the log: it must never carry a statement's parameters.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "hide_parameters": True,
            "pool_pre_ping": settings.database_url.startswith("postgresql"),
        },
        "MAX_CONTENT_LENGTH": settings.upload_limit_mb * 1024 * 1024,
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "vneid_session",
        "PERMANENT_SESSION_LIFETIME": 60 * 24 * 3600,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_HEADERS": ["X-CSRFToken"],
        "TESTING": settings.is_testing,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _init_extensions(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    use_session(db.session.rollback)
    migrate.init_app(app, db)
    csrf.init_app(app)
    htmx.init_app(app)


def _init_web(app: Flask) -> None:
    if app.config["SETTINGS"].is_https:  # TLS ends at a proxy in front (docs/operations.md)
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    converters.init_converters(app)
    transactions.init_transactions(app)
    app.before_request(use_campaign_clock)
    access.init_access(app)
    errors.init_errors(app)
    filters.init_filters(app)
    headers.init_headers(app)
    assets.init_assets(app)
    navigation.init_navigation(app, shell_context)


def _init_slices(app: Flask) -> None:
    app.extensions["job_modules"] = JOB_MODULES
    app.extensions["audit_refusal"] = audit_refusal
    app.extensions["audit_words"] = word_events
    app.extensions["audit_subjects"] = SUBJECTS
    app.extensions["demo_accounts"] = demo_accounts
    app.extensions["after_visit"] = [note_correction]
    followers = [follow_people, follow_applications, follow_decisions]
    app.extensions["people_changed"] = followers
    app.extensions["returned_checklists"] = list_returned
    app.extensions["household_remarks"] = list_household_remarks
    app.extensions["citizen_trail"] = trail_of
    app.extensions["count_unlisted"] = count_waiting
    app.extensions["team_at_work"] = list_at_work
    app.extensions["campaign_end"] = campaign_end
    app.extensions["team_is_busy"] = unit_is_busy
    app.extensions["account_left_unit"] = [release_part]
    app.extensions["team_was_added"] = [begin_unit]
    app.extensions["team_was_closed"] = [disable_accounts_of, end_unit]
    init_accounts(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    transactions.init_writing(app)
