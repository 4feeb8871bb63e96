"""Event catalogue, record() and the viewer."""
