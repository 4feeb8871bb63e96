"""Telling slices to the right that people's status or application changed."""

from collections.abc import Sequence

from flask import current_app


def tell_changed(campaign_id: int, citizen_ids: Sequence[int]) -> None:
    """Call who listens (`people_changed`, set by create_app), in the transaction of the change.

    Everything that changes `visit_status` or `application_state` of people who were there before
    says so here, after it has changed them.
    """
    if citizen_ids:
        for listener in current_app.extensions.get("people_changed", ()):
            listener(campaign_id, citizen_ids)
