"""Collection points at work: sessions, readiness, invitations, the day (III.3 of the plan)."""
