"""The Wednesday on which the day's and the week's reports fall due, in a real browser: teams by
08h00, wards by 10h00, the district by 14h00, the city on Thursday by 09h00.
"""

import re
from datetime import date, datetime

import pytest

from tests.browser import PHONE, Person, engines, staged
from tests.journeys.wednesday import (
    KINDS,
    Stage,
    desk,
    download_pdf,
    open_row,
    row_of,
    take_pdf,
    write_and_send,
)
from tests.journeys.wednesday_papers import (
    code_of,
    days_of,
    form_of,
    papers_agree,
    papers_agree_with_the_command_line,
    papers_tell_who_was_punctual,
    truth,
)

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("wednesday")]
POWER_CUT = "Mất điện cả buổi sáng."
REMARK = "Ghi rõ số hộ đã đi lại buổi tối."


@pytest.fixture(params=engines("sqlite"))
def stage(request, tmp_path):
    with staged(request.param, tmp_path, "tests.make.wednesday_world") as (server, browser):
        yield Stage(server, browser, tmp_path)


def test_a_wednesdays_reports_climb_from_the_teams_to_the_city(stage):
    _tap_without_signal(stage)
    stage.at("07:40")
    _teams_send(stage)
    _two_send_at_once(stage)
    _commune_returns_one(stage)
    stage.at("08:20")
    _one_team_is_late(stage)
    _the_tap_of_tuesday_arrives(stage)
    _commune_reminds(stage)
    stage.at("09:35")
    _communes_send(stage)
    stage.at("13:20")
    _district_excuses(stage)
    _district_sends(stage)
    _committee_reads(stage)
    stage.at("15:00")
    _city_accepts(stage)
    stage.at("17:30")
    _the_tap_is_a_supplement(stage)
    stage.at("08:40", day="06")
    _city_sends(stage)
    papers_agree(stage)
    papers_tell_who_was_punctual(stage)
    papers_agree_with_the_command_line(stage)
    assert "khớp" in stage.cli("recount", "--check")
    stage.leave(*list(stage.here))


def _tap_without_signal(stage) -> None:
    """On Tuesday at 17h45 a volunteer activates somebody where there is no signal."""
    walker = stage.person("c2.walks", PHONE)
    walker.page.clock.set_system_time(datetime.fromisoformat("2023-07-04T17:46:00+07:00"))
    walker.open("/today")
    walker.press("Đi tiếp")
    walker.context.set_offline(True)
    card = walker.page.locator("article.person").first
    card.get_by_role("button", name="Đã kích hoạt").click()
    walker.page.locator("#trouble").wait_for()


def _teams_send(stage) -> None:
    """One team sends the day's and the week's, each from the reminder's hour on Today."""
    leader = stage.person("a1", PHONE)
    unsent = [f"b{title[1:]}" for title in KINDS.values()]
    for kind, title in KINDS.items():
        told = rf"Còn (19|20) phút đến 08h00: {', '.join(unsent)} chưa gửi"
        for page in ("/households", "/today"):
            leader.open(page)
            assert re.search(told, leader.text()), told
        unsent.pop(0)
        leader.press(title)
        own = truth("31120.1", days_of(kind), with_late=False)
        assert re.search(rf"Kích hoạt trong \w+\s+{own.activated} /", leader.text())
        assert "Đúng hạn" in write_and_send(leader)
        stage.take("a1", "31120.1", kind)
    leader.open("/today")
    assert "phút đến 08h00" not in leader.text()
    volunteer = stage.person("c2.walks")
    assert "phút đến 08h00" not in volunteer.text()


def _two_send_at_once(stage) -> None:
    """Two phones of one team send the same report: one is received, the other reads that it is."""
    both = [stage.person(login, PHONE) for login in ("c2", "c2.too")]
    for kind, title in KINDS.items():
        for one in both:
            one.open("/today")
            one.press(title)
            for field in one.page.locator("textarea").all():
                field.fill(f"Ghi bởi {one.login}.")
        for one in both:
            button = one.page.get_by_role("button", name="Gửi báo cáo")
            button.evaluate("node => setTimeout(() => node.click(), 600)")
        for one in both:
            # The paper comes by itself, and what was refused is still to be read beside it.
            one.page.get_by_role("link", name="Xem, tải văn bản").wait_for(timeout=60_000)
            one.look()
        told = [one.page.get_by_role("alert").all_inner_texts() for one in both]
        assert sorted(map(len, told)) == [0, 1], told
        winner, other = sorted(both, key=lambda one: len(told[both.index(one)]))
        refusal = told[both.index(other)][0]
        who = rf"\(Người dùng {winner.login}\)"
        assert re.match(rf"{title} đã gửi lúc 07h4\d ngày 05/7/2023 {who}", refusal), refusal
        assert "đề nghị cấp trên trả lại báo cáo" in refusal
        for one in both:
            assert f"Ghi bởi {winner.login}." in one.text()
            assert "bản 2" not in one.text()
        winner.open(winner.page.url.removeprefix(stage.server.url))
        stage.papers["31117.2", kind] = take_pdf(winner, stage.folder / f"31117.2-{kind}.pdf")


def _commune_returns_one(stage) -> None:
    """Commune police read a team's report and send it back; the leader sends version 2."""
    police, leader = stage.person("anhoa"), stage.person("a1", PHONE)
    open_row(police, "daily", stage.names["31120.1"])
    assert "Duyệt báo cáo" in police.text()
    police.page.fill("#remark", REMARK)
    police.press("Trả lại")
    assert "Đã trả lại, chờ đơn vị gửi lại" in police.text()
    leader.open("/today")
    assert "Báo cáo bị trả lại" in leader.text()
    leader.press("Xem và sửa")
    assert "Cấp trên trả lại, cần sửa và gửi lại" in leader.text()
    assert REMARK in leader.text()
    assert "Người dùng anhoa" in leader.text()
    sent = write_and_send(leader, explanation="Đã đi lại 05 hộ buổi tối.")
    assert "bản 2, thay bản 1" in sent
    assert "Đúng hạn" in sent
    replaced = stage.papers["31120.1", "daily"].rename(stage.folder / "version-1.pdf")
    stage.take("a1", "31120.1", "daily")
    leader.open(f"/documents/verify/{code_of(replaced)}")
    newer = code_of(stage.papers["31120.1", "daily"])
    assert f"đã có bản 2 thay thế (mã {newer})" in leader.text()
    police.page.reload()
    police.look()
    assert "bản 2, thay bản 1" in police.text()
    assert "trả lại bản 1" in police.text()
    police.press("Duyệt, khóa số liệu")
    assert "đã duyệt, đã khóa" in police.text()


def _one_team_is_late(stage) -> None:
    leader, police = stage.person("c1", PHONE), stage.person("caikhe", PHONE)
    for kind, title in KINDS.items():
        leader.open("/today")
        leader.press("báo cáo trước chưa gửi")
        leader.press(title)
        assert title in leader.text()
        assert re.search(r"quá hạn 2\d phút, vẫn gửi được và ghi là trễ", leader.text())
        assert re.search(r"Trễ 2\d phút", write_and_send(leader))
        stage.take("c1", "31117.1", kind)
        desk(police, kind)
        row = row_of(police, stage.names["31117.1"])
        assert re.search(r"08h2\d trễ 2\d phút", row.inner_text())


def _the_tap_of_tuesday_arrives(stage) -> None:
    """The phone finds a signal after the team's report was sent: what was sent stays as it is."""
    leader, walker = stage.person("c2", PHONE), stage.person("c2.walks")
    before = _sent_figures(leader)
    walker.page.clock.set_system_time(datetime.fromisoformat("2023-07-05T08:22:00+07:00"))
    walker.context.set_offline(False)
    walker.page.locator("#trouble").get_by_role("button", name="Thử lại").click()
    card = walker.page.locator("article.person").first
    card.get_by_text("Hoàn tác kết quả 04/7").wait_for()
    assert re.search(r"17h4\d ngày 04/7/2023", card.inner_text())
    walker.troubles = [one for one in walker.troubles if "INTERNET_DISCONNECTED" not in one]
    walker.troubles = [one for one in walker.troubles if "Failed to fetch" not in one]
    walker.look()
    assert _sent_figures(leader) == before


def _sent_figures(leader: Person) -> str:
    leader.open("/today")
    leader.press("Báo cáo", within="nav.tabs", exact=True)
    leader.press("Báo cáo trước: Báo cáo ngày 04/7/2023")
    table = leader.page.locator("section", has_text="Kết quả đã chốt").locator("table")
    return table.inner_text()


def _commune_reminds(stage) -> None:
    """One team has sent nothing: its police remind, its leader reads who asks for what."""
    police, leader = stage.person("anhoa"), stage.person("a2", PHONE)
    for kind in KINDS:
        desk(police, kind)
        row = row_of(police, stage.names["31120.2"])
        assert re.search(r"chưa gửi · quá 2\d phút", row.inner_text())
        police.press("Nhắc đơn vị chưa gửi")
        assert re.search(r"đã nhắc lúc 08h2\d, Người dùng anhoa", row.inner_text())
    leader.open("/households")
    asked = ", ".join(f"b{title[1:]}" for title in KINDS.values())
    told = rf"Cấp trên \(Người dùng anhoa\) nhắc lúc 08h2\d: {asked} chưa gửi"
    assert re.search(told, leader.text()), told
    leader.press("Mở báo cáo")
    assert re.search(r"quá hạn 2\d phút", leader.text())
    stage.leave("a2")


def _communes_send(stage) -> None:
    """Two wards accept what came and send their own; the team that never sent is named."""
    for login, code in (("caikhe", "31117"), ("anhoa", "31120")):
        police = stage.person(login)
        for kind, words in (("daily", "Soạn và gửi, ngày 04/7"), ("weekly", "tuần đến 04/7")):
            desk(police, kind)
            assert re.search(r"Còn 2\d phút đến 10h00: báo cáo", police.text())
            waiting = police.page.get_by_role("button", name=re.compile(r"Duyệt \d báo cáo đã gửi"))
            if waiting.count():
                waiting.click()
                police.look()
            assert not waiting.count()
            police.press(words)
            missing = f"Chưa báo cáo: {stage.names['31120.2']}"
            assert (missing in police.text()) == (code == "31120")
            assert "Đúng hạn" in write_and_send(police)
            stage.take(login, code, kind)


def _district_excuses(stage) -> None:
    """A ward had no power: its day's report is excused by hand, its week's stays missing."""
    police = stage.person("ninhkieu")
    desk(police, "daily")
    row = row_of(police, stage.names["31123"])
    assert "chưa gửi · quá 3 giờ 2" in row.inner_text()
    row.get_by_role("link", name=re.compile("^Miễn")).click()
    police.look()
    police.page.fill("#reason", POWER_CUT)
    police.press("Miễn báo cáo này")
    assert "được miễn" in row.inner_text()
    assert POWER_CUT in row.inner_text()
    assert not police.page.get_by_role("button", name="Nhắc đơn vị chưa gửi").count()
    police.press("Chấp hành giờ báo cáo")
    cells = row_of(police, stage.names["31123"]).locator("td").all()
    kept = {cell.get_attribute("data-label"): cell.inner_text() for cell in cells}
    # The day and the world's thirteen days and two weeks before the counts begin.
    assert (kept["Đúng hạn"], kept["Thiếu"], kept["Được miễn"]) == ("6", "1", "16"), kept


def _district_sends(stage) -> None:
    """The district reads, accepts and sends; one of its wards is missing and named."""
    police = stage.person("ninhkieu")
    for kind, words in (("daily", "Soạn và gửi, ngày 04/7"), ("weekly", "tuần đến 04/7")):
        open_row(police, kind, stage.names["31120"])
        assert f"Chưa báo cáo: {stage.names['31120.2']}" in police.text()
        police.press("Duyệt, khóa số liệu")
        desk(police, kind)
        row = row_of(police, stage.names["31123"]).inner_text()
        assert "được miễn" in row if kind == "daily" else "chưa gửi · quá 3 giờ 2" in row
        assert "2/3 đã gửi" in police.text()
        police.press("Duyệt 1 báo cáo đã gửi")
        police.press(words)
        missing = f"Chưa báo cáo: {stage.names['31123']}"
        assert (missing in police.text()) == (kind == "weekly")
        assert "Đúng hạn" in write_and_send(police)
        stage.take("ninhkieu", "916", kind)


def _committee_reads(stage) -> None:
    """The district's committee opens both reports and says so; who sent them can see it."""
    reader, police = stage.person("ninhkieu.ubnd", PHONE), stage.person("ninhkieu")
    for kind, title in KINDS.items():
        desk(reader, kind)
        reader.press("Đọc báo cáo")
        assert title in reader.text()
        assert not reader.page.get_by_role("button", name="Gửi báo cáo").count()
        reader.press("Đã đọc báo cáo")
        assert not reader.page.get_by_role("button", name="Đã đọc báo cáo").count()
        police.open(reader.page.url.removeprefix(stage.server.url))
        read = police.page.locator("li", has_text="Người dùng ninhkieu.ubnd").inner_text()
        assert re.search(r"13h\d\d ngày 05/7/2023", read)
        assert "đã đọc bản 1" in read
    stage.leave("ninhkieu.ubnd")


def _city_accepts(stage) -> None:
    police = stage.person("city")
    for kind in KINDS:
        open_row(police, kind, stage.names["916"])
        police.press("Duyệt, khóa số liệu")
        assert "đã duyệt, đã khóa" in police.text()
        desk(police, kind)
        assert "1/2 đã gửi" in police.text()
    sender = stage.person("ninhkieu")
    open_own = sender.page.url
    sender.page.goto(open_own)
    assert "đã duyệt, đã khóa" in sender.text()


def _the_tap_is_a_supplement(stage) -> None:
    """Wednesday's report of the team tells what Tuesday's did not know."""
    leader = stage.person("c2", PHONE)
    leader.open("/today")
    leader.press("Báo cáo ngày 05/7")
    assert re.search(r"Bổ sung của ngày trước\s+1\b", leader.text())
    leader.page.get_by_label("Không nhận được danh sách trong ngày").check()
    assert re.search(r"Bổ sung của ngày trước\s+1\b", write_and_send(leader))
    form = form_of(take_pdf(leader, stage.folder / "supplement.pdf"))
    whole = truth("31117.2", days_of("daily")).activated_whole
    assert form["Đã kích hoạt trong ngày"] == 0
    assert form["Lũy kế từ đầu đợt"] == whole
    assert [n for label, n in form.items() if label.startswith("Bổ sung")] == [1]


def _city_sends(stage) -> None:
    """Thursday: the week's report within the hour, and a day's paper because it is asked for."""
    police = stage.person("city")
    desk(police, "weekly")
    assert re.search(r"Còn (19|20) phút đến 09h00: báo cáo tuần", police.text())
    police.press("tuần đến 04/7")
    assert f"Chưa báo cáo: {stage.names['923']}" in police.text()
    assert "Đúng hạn" in write_and_send(police)
    stage.take("city", "92", "weekly")
    desk(police, "daily", date(2023, 7, 4))
    police.press("Lập báo cáo ngày 04/7")
    police.page.fill("#explanation", "Một quận chưa báo cáo.")
    police.press("Lập báo cáo")
    assert "báo cáo ngày 04/7/2023" in police.text()
    stage.papers["92", "daily"] = stage.folder / "92-daily.pdf"
    download_pdf(police, stage.papers["92", "daily"])
