"""Flask plumbing, knows no slice."""
