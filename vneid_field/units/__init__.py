"""Administrative tree, teams and their members, collection points."""
