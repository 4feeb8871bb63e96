"""Counters and stocks: the only numbers a board or a report may print."""
