"""Intake, hand-over with receipts, items held."""
