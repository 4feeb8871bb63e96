"""Household checklist and visit events."""
