"""Targets, allocation, pace."""
