"""The demo: a synthetic Can Tho, deterministic by seed, without any real person."""
