"""A list that has been read and whose storing is asked for."""

from tests.make.sheets import person_rows, xlsx
from tests.make.world import DAY, World
from vneid_field.extensions import db
from vneid_field.jobs.services import run_waiting
from vneid_field.lists import import_services
from vneid_field.lists.kinds import ImportKind
from vneid_field.lists.models import ListImport


def make_asked_import(world: World, rows: int) -> int:
    """Return the id of an import of so many people of one hamlet, to be stored by the next job."""
    commune = world.actor("commune")
    done = import_services.upload(
        actor=commune,
        campaign=world.campaign,
        unit=world.ward,
        kind=ImportKind.APPROVED_NOT_ACTIVATED,
        as_of_on=DAY,
        content=xlsx(person_rows(rows, hamlets=["Khu vực 1"])),
        extension="xlsx",
    )
    import_id = done.id
    db.session.commit()
    run_waiting()
    done = db.session.get_one(ListImport, import_id, populate_existing=True)
    import_services.apply_import(actor=commune, done=done)
    db.session.commit()
    return import_id
