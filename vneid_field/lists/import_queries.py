"""Reading imports of the scope."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, undefer

from vneid_field.core.access import Scope
from vneid_field.core.database import within
from vneid_field.extensions import db
from vneid_field.lists.models import ListImport
from vneid_field.units.models import Unit
from vneid_field.units.rules import UnitKind


def imports_query(scope: Scope, campaign_id: int) -> Select[ListImport]:
    """Return the SELECT of the scope's imports, newest first."""
    return (
        select(ListImport)
        .options(joinedload(ListImport.unit))
        .where(ListImport.campaign_id == campaign_id, within(ListImport.unit_path, scope.paths))
        .order_by(ListImport.created_at.desc(), ListImport.id.desc())
    )


def get_import(
    scope: Scope,
    campaign_id: int,
    import_id: int,
    *,
    with_content: bool = False,
    to_write: bool = False,
) -> ListImport:
    """Return one import of the scope with its preview; raises NoResultFound.

    `to_write` locks it: of two who decide on a list at once the second sees what the first did.
    """
    query = imports_query(scope, campaign_id).where(ListImport.id == import_id)
    if to_write:
        query = query.with_for_update(of=ListImport).execution_options(populate_existing=True)
    query = query.options(undefer(ListImport.preview))
    if with_content:
        query = query.options(undefer(ListImport.content))
    return db.session.scalars(query).one()


def list_import_units(scope: Scope) -> list[Unit]:
    """Return the units an upload may speak of: the scope's communes, districts and city."""
    query = select(Unit).where(
        Unit.kind.in_((UnitKind.CITY, UnitKind.DISTRICT, UnitKind.COMMUNE)),
        Unit.is_active.is_(True),
        within(Unit.path, scope.paths),
    )
    return list(db.session.scalars(query.order_by(Unit.path)))


def list_hamlets(scope: Scope, commune_ids: set[int]) -> dict[int, list[Unit]]:
    """Return the active hamlets of communes of the scope."""
    query = select(Unit).where(
        Unit.kind == UnitKind.HAMLET,
        Unit.parent_id.in_(commune_ids),
        Unit.is_active.is_(True),
        within(Unit.path, scope.paths),
    )
    found: dict[int, list[Unit]] = {}
    for hamlet in db.session.scalars(query.order_by(Unit.path)):
        found.setdefault(hamlet.parent_id or 0, []).append(hamlet)
    return found
