"""One module a paper: frozen dataclasses that its template prints; no database, no clock."""
