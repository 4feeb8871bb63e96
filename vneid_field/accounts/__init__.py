"""Users, grants, login, onboarding."""
