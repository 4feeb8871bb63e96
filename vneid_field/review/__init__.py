"""Commune police review the day's checklists."""
