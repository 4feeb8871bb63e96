"""People met who stand on no list of the team: taken down, matched by commune police, counted."""
