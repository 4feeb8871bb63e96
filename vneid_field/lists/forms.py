"""Forms of lists: the upload."""

from datetime import date

from flask_wtf.file import FileField
from wtforms import DateField, SelectField

from vneid_field.core import clock
from vneid_field.lists.kinds import ImportKind
from vneid_field.lists.labels import KIND_LABELS
from vneid_field.units.models import Unit
from vneid_field.web.forms import Form, required


class UploadForm(Form):
    """A list of people of a unit on a day."""

    kind = SelectField(
        "Loại danh sách", choices=[(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    unit_id = SelectField("Đơn vị của danh sách", coerce=int)
    as_of_on = DateField("Danh sách tính đến ngày", [required("Hãy chọn ngày của danh sách.")])
    file = FileField("Tệp danh sách")

    def offer(self, units: list[Unit]) -> "UploadForm":
        """Fill in the units to choose from and today's date."""
        self.unit_id.choices = [(unit.id, unit.name) for unit in units]
        if self.as_of_on.data is None and not self.as_of_on.raw_data:
            self.as_of_on.data = clock.today()
        return self

    @property
    def day(self) -> date:
        """The checked day."""
        assert self.as_of_on.data is not None
        return self.as_of_on.data

    @property
    def import_kind(self) -> ImportKind:
        """The checked kind."""
        return ImportKind(self.kind.data)
