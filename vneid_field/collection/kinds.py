"""Enumerations of collection (III.3 of the plan, ADR 021)."""

from enum import StrEnum


class PlaceKind(StrEnum):
    """Where a mobile point works (III.3.e)."""

    SCHOOL = "school"
    INDUSTRIAL_ZONE = "industrial_zone"
    APARTMENTS = "apartments"
    MALL = "mall"
    HOME = "home"  # at citizens' homes (III.3.d)
    OTHER = "other"


class ReadinessItem(StrEnum):
    """What a point must have before the start (III.3.a)."""

    EQUIPMENT = "equipment"  # sets of devices that take fingerprints, portrait and signature
    COMPUTERS = "computers"
    NETWORK = "network"
    STAFF = "staff"
    TRAINED = "trained"
    ROOM = "room"  # room, table, chairs, signs
    POWER = "power"


class PointStanding(StrEnum):
    """How far a point is before the start."""

    READY = "ready"
    LACKING = "lacking"  # something was checked and is missing
    UNCHECKED = "unchecked"  # nothing is missing so far, something was not checked


class Answer(StrEnum):
    """What an invited person says."""

    COMES = "comes"
    OTHER_DAY = "other_day"
    REFUSES = "refuses"
    AWAY = "away"


class InvitationEnd(StrEnum):
    """How an invitation ends."""

    COLLECTED = "collected"
    COULD_NOT = "could_not"  # came, and could not be collected
    NO_SHOW = "no_show"
    OTHER_DAY = "other_day"  # a new invitation follows
    REFUSED = "refused"
    AWAY = "away"
    WITHDRAWN = "withdrawn"  # by police, or because the person was collected elsewhere


class EventKind(StrEnum):
    """What happened at a point; an undo is another event."""

    CHECKED_IN = "checked_in"
    COLLECTED = "collected"
    COULD_NOT = "could_not"
    UNDO = "undo"


class CouldNot(StrEnum):
    """Why somebody who came could not be collected."""

    NO_CHIP_CARD = "no_chip_card"  # level 2 needs the chip card
    FINGERPRINT = "fingerprint"
    DATA_MISMATCH = "data_mismatch"
    PHONE = "phone"  # no number of their own that receives SMS
    LEFT_QUEUE = "left_queue"
    SYSTEM = "system"
    EQUIPMENT = "equipment"
    ALREADY_HAS = "already_has"  # has an application already
    OTHER = "other"
