"""Forms of teams and their members."""

from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Optional

from vneid_field.units.labels import SUBTYPE_LABELS, UNION_LABELS
from vneid_field.units.models import TeamMember
from vneid_field.units.rules import SUBTYPES, Union, UnitKind
from vneid_field.units.services import MemberDetails
from vneid_field.web.forms import Form, at_most, required

_SUBTYPES = [(subtype, SUBTYPE_LABELS[subtype]) for subtype in SUBTYPES[UnitKind.TEAM]]


class TeamForm(Form):
    """A team's name and kind."""

    name = StringField("Tên tổ", [required("Hãy nhập tên tổ."), at_most(120)])
    subtype = SelectField("Loại tổ", choices=_SUBTYPES)


class NewTeamForm(TeamForm):
    """A new team: also its commune."""

    commune_id = SelectField("Phường, xã, thị trấn", coerce=int, validate_choice=False)


class MemberForm(Form):
    """A member of a team."""

    full_name = StringField("Họ và tên", [required("Hãy nhập họ và tên."), at_most(120)])
    phone = StringField("Điện thoại", [at_most(20)])
    has_no_phone = BooleanField("Bỏ số điện thoại đang lưu")
    union = SelectField(
        "Đoàn viên, hội viên", choices=[(one.value, UNION_LABELS[one]) for one in Union]
    )
    knows_it = BooleanField("Biết công nghệ thông tin")
    trained_on = DateField(
        "Ngày đã tập huấn",
        [Optional()],
        description="Để trống nếu chưa. Kế hoạch yêu cầu xong trước ngày 20/6.",
    )
    is_leader = BooleanField("Là tổ trưởng (thay tổ trưởng hiện nay)")

    @classmethod
    def of(cls, member: TeamMember) -> "MemberForm":
        """Return the form of a stored member; the phone is not shown again."""
        form = cls(formdata=None, obj=member)
        form.union.data, form.phone.data = member.union.value, ""
        return form

    def details(self, *, is_new: bool) -> MemberDetails:
        """Return what was typed; an empty phone keeps the stored one."""
        phone: str | None = self.phone.data or ("" if is_new else None)
        if self.has_no_phone.data and not self.phone.data:
            phone = ""
        return MemberDetails(
            full_name=self.full_name.data or "",
            phone=phone,
            union=Union(self.union.data),
            knows_it=bool(self.knows_it.data),
            trained_on=self.trained_on.data,
            is_leader=bool(self.is_leader.data),
        )
