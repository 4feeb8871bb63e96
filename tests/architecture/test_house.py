"""What every file and template of the house keeps (architecture.md section 5)."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted((ROOT / "vneid_field").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Where Vietnamese may stand in code: what people read, and data about spellings.
VIETNAMESE = re.compile(
    r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)
NAMES_NOBODY_LIKES = {"utils", "helpers", "common", "misc", "tools"}


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*CODE, *sorted((ROOT / "tests").rglob("*.py"))], ids=_id)
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("path", CODE, ids=_id)
def test_functions_stay_short_and_public_ones_say_what_they_do(path):
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if isinstance(node, ast.FunctionDef):
            first = node.body[0]
            is_said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            begins = (first.end_lineno or 0) + 1 if is_said else node.body[0].lineno
            length = (node.end_lineno or 0) - begins + 1
            assert length <= 40, f"{node.name} has {length} lines"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} says nothing of itself"


def test_no_drawer_is_called_utils():
    assert not {path.stem for path in CODE} & NAMES_NOBODY_LIKES


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_templates_begin_with_their_purpose_and_keep_the_csp(path):
    text = path.read_text()
    assert text.startswith("{#"), "a template begins with a comment: purpose and parameters"
    if "templates/documents" in str(path) and "layouts" not in text:
        return  # papers are printed, no browser's CSP speaks there
    assert not re.search(r"\sstyle\s*=", text), "no inline style"
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=\"", text), "no inline handler"
    assert "hx-on" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "no inline script"


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_every_form_that_changes_something_carries_the_token(path):
    for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.DOTALL):
        assert re.search(r"csrf|_which\.html|_hidden\.html", form), form[:120]


def test_links_lead_to_endpoints_that_exist(app):
    names = re.compile(r"""(?:url_for|may_open|pager)\((?:page, )?['"]([a-z_]+\.[a-z_]+)['"]""")
    for path in [*TEMPLATES, *CODE]:
        for name in names.findall(path.read_text()):
            assert name in app.view_functions, f"{_id(path)}: {name}"


def test_only_configuration_reads_the_environment():
    readers = [_id(path) for path in CODE if re.search(r"os\.environ|getenv\(", path.read_text())]
    assert readers == ["vneid_field/config.py"]


def test_views_hold_no_html():
    for path in CODE:
        assert not re.search(r"""['"]<(?:div|p|span|a|form|table|li)[ >]""", path.read_text()), path


@pytest.mark.parametrize(
    "path",
    [p for p in CODE if p.name in ("models.py", "rules.py", "queries.py", "kinds.py")],
    ids=_id,
)
def test_rules_and_tables_are_in_english(path):
    """Words people read stand in labels, forms, services' sentences and templates."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.arg):
            name = node.arg if isinstance(node, ast.arg) else node.name
            assert not VIETNAMESE.search(name)


def test_no_host_of_a_registry_and_no_path_of_a_machine_is_committed():
    wrong = re.compile(r"registry\.npmjs|pypi\.org/simple|/root/|/work/")
    for name in ("requirements.txt", "requirements-dev.txt", "package-lock.json", "README.md"):
        assert not wrong.search((ROOT / name).read_text()), name
