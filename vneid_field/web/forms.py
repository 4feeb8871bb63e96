"""Base of every form: Flask-WTF (CSRF in one place), Vietnamese messages, trimmed NFC text."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import DataRequired, Length

from vneid_field.core.errors import DomainError, WrongField
from vneid_field.core.text import typed_text

MOST_TYPED = 20_000  # far above any field's limit, which is checked behind the cleaning
_UNREADABLE = "Giá trị này không đọc được. Hãy nhập lại."
# What fields themselves say of a value they cannot read; WTForms has no Vietnamese of its own.
_MESSAGES = {
    "Not a valid integer value.": "Hãy nhập số nguyên, ví dụ 85.",
    "Not a valid decimal value.": "Hãy nhập một số, ví dụ 85.",
    "Not a valid float value.": "Hãy nhập một số, ví dụ 85.",
    "Not a valid date value.": "Ngày này không đọc được. Hãy chọn lại, ví dụ 05/7/2023.",
    "Not a valid datetime value.": "Ngày, giờ này không đọc được. Hãy chọn lại.",
    "Not a valid time value.": "Giờ này không đọc được. Hãy chọn lại, ví dụ 17:00.",
    "Not a valid choice.": "Hãy chọn một mục trong danh sách.",
    "Invalid Choice: could not coerce.": "Hãy chọn một mục trong danh sách.",
    "This field is required.": "Mục này cần được điền.",
}


class _Vietnamese:
    """Stands where WTForms looks for translations; no sentence ever stays English."""

    def gettext(self, string: str) -> str:
        return _MESSAGES.get(string, _UNREADABLE)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return _UNREADABLE


class Form(FlaskForm):
    """All forms of the project."""

    class Meta:
        def get_translations(self, form: Any) -> _Vietnamese:
            """Return the messages of every field and validator that brings none."""
            return _Vietnamese()

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
    return "\n".join(typed_text(line) for line in value[:MOST_TYPED].strip().splitlines()).strip()


MARKED = "Hãy xem lại các mục được đánh dấu."


def refusal_of(form: Form, error: DomainError) -> str:
    """Return the sentence on top of a page for a refusal; a field's own stands beside the field."""
    if not isinstance(error, WrongField) or error.field not in form:
        return error.message
    form[error.field].errors = [error.message]
    return MARKED


def required(message: str = "Mục này cần được điền.") -> DataRequired:
    """The field must be filled in."""
    return DataRequired(message)


def at_most(length: int) -> Length:
    """The text must not be longer."""
    return Length(max=length, message=f"Nội dung dài quá {length} ký tự, hãy rút gọn.")
