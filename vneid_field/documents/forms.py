"""The clerk's form: number, day and signer of a paper, after signing."""

from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from vneid_field.documents.numbering import Signing
from vneid_field.web.forms import Form, at_most, required


class NumberForm(Form):
    """What is blank on the paper until it is signed."""

    number = IntegerField(
        "Số",
        [
            InputRequired("Hãy nhập số văn bản."),
            NumberRange(1, 99_999, "Số văn bản từ 1 đến 99.999."),
        ],
        description="Chỉ nhập con số; ký hiệu lấy theo thể thức văn bản.",
    )
    signed_on = DateField("Ngày ký", [InputRequired("Hãy nhập ngày ký.")])
    signer_title = TextAreaField(
        "Chức danh người ký",
        [required(), at_most(120)],
        description="Mỗi dòng một ý, ví dụ KT. TRƯỞNG CÔNG AN rồi PHÓ TRƯỞNG CÔNG AN.",
    )
    signer_rank = StringField("Cấp bậc", [at_most(40)])
    signer_name = StringField("Họ tên người ký", [at_most(80)])

    def signing(self) -> Signing:
        """Return what was filled in."""
        return Signing(
            number=self.number.data or 0,
            signed_on=self.signed_on.data,
            signer_title=self.signer_title.data or "",
            signer_rank=self.signer_rank.data or "",
            signer_name=self.signer_name.data or "",
        )
