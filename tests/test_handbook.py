"""The handbook in both shells (domain.md sections 7, 13 and 15)."""

import re
from collections.abc import Callable

import pytest

from tests.pages import Pages
from vneid_field.home import HANDBOOK

SHELLS = [("volunteer", "phone"), ("commune", "desk")]
WORDS = {
    "guide": ("vneid.gov.vn", "passcode", "2 câu hỏi bảo mật", "1900 0368", "8 đến 20 ký tự"),
    "answers": ("lừa đảo", "Chưa đồng ý", "Hẹn lại"),
    "benefits": ("CT07", "mã QR", "chip", "số định danh cá nhân", "cổng dịch vụ công"),
    "privacy": ("91/2025/QH15", "13/2023/NĐ-CP", "092*****1234", "72 giờ"),
    "paper": ("Nhập thay", "Chưa gặp", "08h00"),
}


@pytest.mark.parametrize(("login_name", "shell"), SHELLS)
def test_the_contents_lead_to_every_page_in_the_persons_shell(
    login: Callable[[str], Pages], login_name: str, shell: str
) -> None:
    html = login(login_name).text("/handbook/")
    assert f'<body class="{shell}"' in html
    for name in HANDBOOK:
        assert f'href="/handbook/{name}"' in html


@pytest.mark.parametrize(("login_name", "shell"), SHELLS)
def test_every_page_opens_with_its_words(
    login: Callable[[str], Pages], login_name: str, shell: str
) -> None:
    pages = login(login_name)
    for name in HANDBOOK:
        html = pages.text(f"/handbook/{name}")
        assert f'<body class="{shell}"' in html
        assert 'href="/handbook/"' in html
        assert not re.search(r"<img|style=|onclick", html)
        for words in WORDS[name]:
            assert words in html, (name, words)


def test_the_guide_forbids_asking_for_secrets(login: Callable[[str], Pages]) -> None:
    html = login("volunteer").text("/handbook/guide")
    assert "Không hỏi, không nhìn, không ghi lại mã OTP, mật khẩu, mã passcode" in html
    assert "Không chụp ảnh thẻ CCCD" in html
    assert 'href="tel:19000368"' in html


def test_the_answers_are_folded_and_work_without_script(login: Callable[[str], Pages]) -> None:
    html = login("volunteer").text("/handbook/answers")
    assert html.count("<summary>") >= 12
    assert html.count("<details") == html.count("</details>")


def test_an_unknown_page_is_not_found_and_strangers_log_in_first(
    login: Callable[[str], Pages], app
) -> None:
    login("volunteer").get("/handbook/nothing", status=404)
    assert app.test_client().get("/handbook/guide").status_code in {302, 303}
