"""Every form answers a wrong value in Vietnamese, whatever its fields are."""

import re

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField

from tests.make.world import World
from vneid_field.web.forms import MOST_TYPED, Form, at_most, required

VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữự]", re.I)


def _below(kind):
    return {kind for child in kind.__subclasses__() for kind in {child, *_below(child)}}


# The application imports them all; the list is the same in every test process.
@pytest.mark.parametrize("value", ["", "lạ", "1.5.2023", "99/99/2023", "x" * 3000])
def test_a_wrong_value_is_told_in_vietnamese(app, value):
    kinds = sorted(_below(Form), key=lambda kind: kind.__name__)
    assert len(kinds) > 8
    with app.test_request_context(method="POST"):
        for kind in kinds:
            form = kind(formdata=MultiDict(), meta={"csrf": False})
            form.campaign = World().campaign
            names = [field.name for field in form]
            for field in form:
                if isinstance(field, SelectField):
                    field.choices = field.choices or []
            form.process(MultiDict({name: value for name in names}))
            form.validate()
            for name, errors in form.errors.items():
                for error in errors:
                    assert VIETNAMESE.search(str(error)), (kind.__name__, name, error)


def test_what_nobody_sees_fills_no_field(app):
    class One(Form):
        words = StringField("Lý do", [required("Hãy ghi lý do."), at_most(300)])

    with app.test_request_context(method="POST"):
        for typed in ("\u200b\n\u202e ", "\ufeff"):
            form = One(formdata=MultiDict({"words": typed}), meta={"csrf": False})
            assert not form.validate()
        form = One(formdata=MultiDict({"words": "dài " * 200_000}), meta={"csrf": False})
        assert not form.validate()
        assert len(form.words.data) <= MOST_TYPED
