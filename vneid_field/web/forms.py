"""Base of every form: Flask-WTF (CSRF in one place), Vietnamese messages, trimmed NFC text."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import DataRequired, Length

from vneid_field.core.text import nfc


class Form(FlaskForm):
    """All forms of the project."""

    class Meta:
        locales = ["vi"]

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Give text fields the NFC filter unless they bring their own."""
            if issubclass(unbound_field.field_class, StringField):
                filters = unbound_field.kwargs.get("filters")
                if filters is None:
                    unbound_field.kwargs["filters"] = [_clean]
            return unbound_field.bind(form=form, **options)


def _clean(value: str | None) -> str | None:
    if value is None:
        return None
    # Line breaks of a remark survive; runs of blanks and decomposed letters do not.
    return "\n".join(nfc(line) for line in value.strip().splitlines())


def required(message: str = "Mục này cần được điền.") -> DataRequired:
    """The field must be filled in."""
    return DataRequired(message)


def at_most(length: int) -> Length:
    """The text must not be longer."""
    return Length(max=length, message=f"Nội dung dài quá {length} ký tự, hãy rút gọn.")
