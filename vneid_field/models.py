"""Imports every slice's tables, so that migrations and checks see them all."""

from vneid_field.absences import models as absences
from vneid_field.accounts import models as accounts
from vneid_field.audit import models as audit
from vneid_field.campaigns import models as campaigns
from vneid_field.collection import models as collection
from vneid_field.collection import transmission_models as transmissions
from vneid_field.documents import models as documents
from vneid_field.figures import models as figures
from vneid_field.jobs import models as jobs
from vneid_field.lists import models as lists
from vneid_field.people import models as people
from vneid_field.quotas import models as quotas
from vneid_field.reporting import models as reporting
from vneid_field.review import models as review
from vneid_field.units import models as units
from vneid_field.unlisted import models as unlisted
from vneid_field.visits import models as visits

SLICES = {
    "units": units,
    "accounts": accounts,
    "campaigns": campaigns,
    "audit": audit,
    "jobs": jobs,
    "documents": documents,
    "people": people,
    "quotas": quotas,
    "figures": figures,
    "lists": lists,
    "visits": visits,
    "unlisted": unlisted,
    "review": review,
    "absences": absences,
    "collection": collection,
    "transmissions": transmissions,
    "reporting": reporting,
}
