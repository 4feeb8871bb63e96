"""Obligations, deadlines, sent reports with frozen figures, collection results."""
