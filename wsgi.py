"""WSGI entry point: `gunicorn wsgi:app`."""

from vneid_field import create_app
from vneid_field.jobs.worker import make_queue

app = create_app()
make_queue(app)  # a committed job wakes the worker at once instead of at its next sweep
