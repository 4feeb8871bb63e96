"""Dates, quota days, levels, hours, baseline, the clock's anchor."""
