"""Singletons of the libraries, nothing else."""

from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

from vneid_field.core.database import Base

db = SQLAlchemy(model_class=Base)
migrate = Migrate(directory="migrations", compare_type=True, render_as_batch=True)
login_manager = LoginManager()
csrf = CSRFProtect()
htmx = Htmx()
