"""The wheel alone, in an environment of its own: it holds all that the pages need, and serves them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.process import Program, free_port, listening, running

CHECKOUT = Path(__file__).parents[2]
PARTS = ("pyproject.toml", "README.md", "LICENSE", "src")
# For people who work on the code: catalogues before they are compiled, notes, the mark of make.
NOT_INSTALLED = ("*.po", "*.md", ".done", "*.pyc")

PAPER = """
from sipinter.foundation.documents.listing import ListingPaper, listing_pdf
from sipinter.foundation.documents.model import Issuer
issuer = Issuer(
    name="Badan Contoh", address=[], city="Jakarta", signer_name="Wulan Sari", signer_title="Ketua"
)
print(listing_pdf(ListingPaper(title="Berita Acara", issuer=issuer))[:5])
"""


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and an empty database."""

    folder: Path
    wheel: Path

    @property
    def environment(self) -> dict[str, str]:
        """Neither the checkout nor a setting of this process reaches it."""
        left_out = ("SIPINTER_", "PYTHON", "DJANGO_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        return kept | {
            "SIPINTER_DEMO": "1",
            "SIPINTER_VAR": str(self.folder / "var"),
            "SIPINTER_STATIC": str(self.folder / "static"),
        }

    @property
    def command(self) -> str:
        return str(self.folder / "bin" / "sipinter")

    def done(self, *words: str) -> str:
        result = subprocess.run(
            words, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout


def build(folder: Path) -> Path:
    """The wheel of the checkout, built from a copy: building leaves folders behind."""
    source = folder / "source"
    source.mkdir()
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for part in PARTS:
        if (CHECKOUT / part).is_dir():
            shutil.copytree(CHECKOUT / part, source / part, ignore=ignore)
        else:
            shutil.copy(CHECKOUT / part, source / part)
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "-w", str(folder), str(source)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Its libraries are those of this environment; a path file shows them, but no editable installation."""
    folder = tmp_path_factory.mktemp("wheel")
    made = Installed(folder / "environment", build(folder))
    venv.create(made.folder, with_pip=False)
    python = str(made.folder / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "-q", "--python", python, "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(made.wheel)], check=True, capture_output=True)
    (packages,) = (made.folder / "lib").glob("python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (found,) = made.done(python, "-c", "import sipinter; print(sipinter.__file__)").splitlines()
    assert Path(found).is_relative_to(packages)
    made.done(made.command, "manage", "migrate", "-v", "0")
    made.done(made.command, "manage", "collectstatic", "--no-input", "-v", "0")
    return made


@pytest.fixture(scope="module")
def address(installed: Installed) -> Iterator[str]:
    """The site, served as an operator serves it."""
    port = free_port()
    server = Program(
        "sipinter serve",
        [installed.command, "serve", "--bind", f"127.0.0.1:{port}", "--workers", "1"],
        log=installed.folder / "log",
        ready=lambda: listening(port),
        environment=installed.environment,
        folder=installed.folder,
    )
    with running(server):
        yield f"http://127.0.0.1:{port}"


def fetched(url: str) -> str:
    request = urllib.request.Request(url, headers={"Accept-Language": "id"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200
        text: str = answer.read().decode()
    return text


def test_every_file_of_the_package_is_in_it(installed: Installed) -> None:
    package = CHECKOUT / "src" / "sipinter"
    there = {path.relative_to(package.parent) for path in package.rglob("*") if path.is_file()}
    wanted = {str(path) for path in there if not any(path.match(kind) for kind in NOT_INSTALLED)}
    catalogues = {str(path.with_suffix(".mo")) for path in there if path.suffix == ".po"}
    with zipfile.ZipFile(installed.wheel) as wheel:
        held = set(wheel.namelist())
    assert sorted((wanted | catalogues) - held) == []
    assert {Path(name).suffix for name in held} >= {".yaml", ".csv", ".typ", ".html", ".css", ".js", ".woff2"}


def test_it_finds_its_data(installed: Installed) -> None:
    installed.done(installed.command, "manage", "check")
    assert "permenpanrb-19-2025" in installed.done(installed.command, "instruments")
    assert "Hitung nilai dari berkas jawaban." in installed.done(installed.command, "--lang", "id", "--help")
    assert "%PDF-" in installed.done(installed.command, "manage", "shell", "--no-imports", "-c", PAPER)


def test_it_serves_its_pages_in_indonesian_with_their_style(address: str) -> None:
    page = fetched(f"{address}/")
    assert '<html lang="id">' in page
    assert "Masuk" in page
    (sheet,) = re.findall(r'<link rel="stylesheet" href="([^"]*build/app[^"]*\.css)"', page)
    (script,) = re.findall(r'<script src="([^"]*web/app[^"]*\.js)"', page)
    assert len(fetched(address + sheet)) > 1000
    assert len(fetched(address + script)) > 100
    assert len(fetched(f"{address}/static/verification/desk.css")) > 100
