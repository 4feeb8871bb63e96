"""Forms of login and password."""

from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo

from vneid_field.web.forms import Form, at_most, required


class LoginForm(Form):
    """Name and password."""

    login_name = StringField("Tên đăng nhập", [required("Hãy nhập tên đăng nhập."), at_most(60)])
    password = PasswordField("Mật khẩu", [required("Hãy nhập mật khẩu."), at_most(200)])
    is_remembered = BooleanField("Giữ đăng nhập trên điện thoại này")
    next = HiddenField()


class PasswordForm(Form):
    """Changing one's own password."""

    old = PasswordField("Mật khẩu hiện tại", [required(), at_most(200)])
    new = PasswordField(
        "Mật khẩu mới",
        [required(), at_most(200)],
        description="Ít nhất 10 ký tự, khó đoán, không chứa tên đăng nhập.",
    )
    again = PasswordField(
        "Nhập lại mật khẩu mới", [required(), EqualTo("new", "Hai lần nhập chưa giống nhau.")]
    )


class RoleForm(Form):
    """Where a role is given; the role stands in the page's address, the units depend on it."""

    unit_id = SelectField(
        "Đơn vị", [required("Hãy chọn đơn vị.")], coerce=int, validate_choice=False
    )


class AccountForm(RoleForm):
    """One new account and its first role."""

    display_name = StringField(
        "Họ và tên", [required("Hãy nhập họ và tên người dùng."), at_most(120)]
    )
    login_name = StringField(
        "Tên đăng nhập",
        [at_most(60)],
        description="Để trống thì lấy theo vai trò và mã đơn vị, ví dụ totruong.31120.1.",
    )
