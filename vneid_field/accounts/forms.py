"""Forms of login and password."""

from wtforms import BooleanField, HiddenField, PasswordField, StringField
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
        description="Ít nhất 10 ký tự, không chứa tên đăng nhập.",
    )
    again = PasswordField(
        "Nhập lại mật khẩu mới", [required(), EqualTo("new", "Hai lần nhập chưa giống nhau.")]
    )
