"""What the pages for newcomers name is there: every path in backticks, every page that they lead to."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = (ROOT, ROOT / "src/sipinter")
PAGES = ("CONTRIBUTING.md", "README.md", "docs/architecture.md")
PATH = re.compile(r"`([\w.-]+/[\w./-]*)`")  # no address of the site: those begin with a slash
LINK = re.compile(r"\]\(([\w./-]+)\)")
MADE_BY_RUNNING = {"var/"}


def named_paths(text: str) -> list[str]:
    """What looks like a path of the repository."""
    return [path for path in PATH.findall(text) if path not in MADE_BY_RUNNING]


def is_there(path: str) -> bool:
    """From the root or from the package; one folder's name alone ("jinja2/") in any room."""
    if any((place / path).exists() for place in PLACES):
        return True
    name = path.rstrip("/")
    return "/" not in name and any(one.is_dir() for one in PLACES[1].rglob(name))


@pytest.mark.parametrize("page", PAGES)
def test_every_path_exists(page: str) -> None:
    named = named_paths((ROOT / page).read_text(encoding="utf-8"))
    assert [path for path in named if not is_there(path)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page: str) -> None:
    links = LINK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_a_path_that_is_gone_is_found() -> None:
    text = "See `site/config/env.py`, `jinja2/`, `site/config/gone.py`, `goneroom/`; an address: `/tim/`."
    assert named_paths(text) == ["site/config/env.py", "jinja2/", "site/config/gone.py", "goneroom/"]
    assert [path for path in named_paths(text) if not is_there(path)] == ["site/config/gone.py", "goneroom/"]


def test_the_ten_questions_are_answered_by_a_file() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Ten questions")[2]
    answers = re.split(r"^\d+\. ", text, flags=re.MULTILINE)[1:]
    assert len(answers) == 10
    assert all(named_paths(answer) for answer in answers)
