"""No Flask request, no slice: clock, database base and types, errors, text, access."""
