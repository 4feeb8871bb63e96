"""Households, citizens, application state, field corrections."""
