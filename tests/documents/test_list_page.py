"""The list of papers and the letterhead's sketch as people read them."""


def test_a_filter_without_papers_says_so_and_leads_back(login):
    police = login("commune")
    page = police.text("/documents/?kind=daily_report&on=2023-06-20")
    assert "Không có văn bản nào khớp" in page
    assert "Chưa có văn bản nào" not in page
    assert "Chưa có văn bản nào" in police.text("/documents/")


def test_the_list_folds_on_a_phone_so_that_the_files_are_in_sight(login):
    assert "stacking" in login("commune").text("/documents/")


def test_the_sketch_leaves_the_clerks_blanks_as_wide_as_the_paper(login):
    page = login("commune").text("/letterhead/")
    blank = "\N{NO-BREAK SPACE}" * 6
    assert f"Số:{blank}" in page
    assert f"ngày{blank}tháng{blank}năm" in page
