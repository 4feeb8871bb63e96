"""WSGI entry point: `gunicorn wsgi:app`."""

from vneid_field import create_app

app = create_app()
