"""The absent loop (III.4.đ): from a team to whoever can reach the person, until it is closed."""
