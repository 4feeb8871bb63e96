"""Keeping the draw of a day's sample: stored with the first decision, never drawn anew."""

from datetime import date

from sqlalchemy.exc import IntegrityError

from vneid_field.campaigns.models import Campaign
from vneid_field.core import clock
from vneid_field.core.access import Actor
from vneid_field.core.errors import NotFound
from vneid_field.extensions import db
from vneid_field.people.models import Household
from vneid_field.review.day_queries import draw_query, list_keys
from vneid_field.review.days import Draw, communes_of, draw_of
from vneid_field.review.models import ReviewDay
from vneid_field.review.thresholds import read_thresholds


def keep_draw_of(actor: Actor, campaign: Campaign, household: Household, on: date) -> Draw:
    """Keep the draw of the day of the commune in which a household stands; see `keep_draw`.

    Raises NotFound when the household is none of the communes the person reviews.
    """
    for path, commune_id in communes_of(actor).items():
        if household.unit_path.startswith(path):
            return keep_draw(actor, campaign, path, commune_id, on)
    raise NotFound("Phiếu này không thuộc địa bàn của bạn.")


def keep_draw(actor: Actor, campaign: Campaign, path: str, commune_id: int, on: date) -> Draw:
    """Store how a commune's sample of a day is drawn, or raise its cut when the day has grown.

    Called with each decision, and in the order of the decisions: the row is locked.
    """
    locked = draw_query(campaign.id, commune_id, on).with_for_update()
    row = db.session.scalar(locked.execution_options(populate_existing=True))
    keys = list_keys(campaign.id, [path], on)
    draw = draw_of(campaign.id, commune_id, on, row, keys, read_thresholds(campaign.settings))
    if row is None:
        row = ReviewDay(
            campaign_id=campaign.id,
            commune_id=commune_id,
            counted_on=on,
            seed=draw.seed,
            percent=draw.percent,
            minimum=draw.minimum,
            cut=draw.cut,
            checklists=0,
            sampled=0,
            drawn_at=clock.now(),
            drawn_by=actor.user_id,
        )
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:  # a colleague decided in this very moment: theirs is the draw
            return keep_draw(actor, campaign, path, commune_id, on)
    row.cut = draw.cut
    row.checklists = len(keys)
    row.sampled = sum(map(draw.holds, keys))
    db.session.flush()
    return draw
