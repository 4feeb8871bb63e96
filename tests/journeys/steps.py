"""What police and a volunteer do in more than one journey."""

from pathlib import Path

from tests.browser import Person


def preview_approved(police: Person, file: Path, on: str) -> None:
    """Upload a day's list of the approved and wait for its comparison."""
    page = police.page
    police.open("/imports/")
    page.select_option("#kind", "approved_not_activated")
    page.fill("#as_of_on", on)
    page.set_input_files("#file", str(file))
    police.press("Tải lên và xem trước")
    page.get_by_text("So với dữ liệu đang giữ").wait_for()
    police.look()


def apply_list(police: Person) -> None:
    """Apply what is previewed and wait until it is done."""
    police.press("Áp dụng danh sách")
    police.page.get_by_text("Đã áp dụng lúc").wait_for()
    police.look()


def return_one(police: Person) -> str:
    """Send a checklist with an activation back after a call; returns its address."""
    police.open("/review/")
    page = police.page
    assert "Chờ duyệt" in police.text()
    card = page.locator("article.checklist", has_text="Đã kích hoạt trên điện thoại").first
    title = card.locator("h2").inner_text()
    identity = card.get_attribute("id")
    card.get_by_role("button", name="hiện số").first.click()
    page.locator(f"#{identity} a[href^='tel:']").first.wait_for()
    card.locator("summary", has_text="Trả lại tổ").click()
    card.get_by_role("button", name="Gọi lại, người dân nói chưa kích hoạt.").click()
    page.locator(f"#{identity}").get_by_text("Đã trả lại tổ").wait_for()
    police.look()
    return title


def correct(volunteer: Person, address: str) -> None:
    """Read why it came back, do the person again with them."""
    volunteer.open("/today")
    assert "Phiếu bị trả lại" in volunteer.text()
    assert address in volunteer.text()
    volunteer.press("Sửa ngay")
    assert "người dân nói chưa kích hoạt" in volunteer.text()
    row = volunteer.page.locator("article.person", has_text="Đã kích hoạt").first
    identity = row.get_attribute("id")
    row.get_by_role("button", name="Hoàn tác").click()
    again = volunteer.page.locator(f"#{identity}").get_by_role("button", name="Đã kích hoạt")
    again.wait_for()
    again.click()
    volunteer.page.locator(f"#{identity}").get_by_role("button", name="Hoàn tác").wait_for()
    volunteer.open("/today")
    assert "Phiếu bị trả lại" not in volunteer.text()
