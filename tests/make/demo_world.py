"""Fills the configured database with the small demo.

python -m tests.make.demo_world
"""

from vneid_field.cli import cli

if __name__ == "__main__":
    cli(["demo"])
