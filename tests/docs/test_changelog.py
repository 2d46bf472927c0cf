"""CHANGELOG.md is in the form of Keep a Changelog, and the version has one home."""

from __future__ import annotations

import re
import tomllib
from datetime import date

import pytest

from exec_api_client import __version__
from tests.fakes import ROOT

TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def problems(text: str, version: str) -> list[str]:
    """What is wrong with a changelog at this version of the package."""
    found: list[str] = []
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    if not text.startswith("# Changelog\n"):
        found.append("the first line is not # Changelog")
    if heads[:1] != ["[Unreleased]"]:
        return [*found, "the first section is not [Unreleased]"]
    releases = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", head) for head in heads[1:]]
    if None in releases:
        return [*found, "a section is neither [Unreleased] nor [1.2.3] - 2026-01-31"]
    numbers = [tuple(map(int, release[1].split("."))) for release in releases if release]
    dates = [date.fromisoformat(release[2]) for release in releases if release]
    if numbers != sorted(set(numbers), reverse=True) or dates != sorted(dates, reverse=True):
        found.append("the releases are not newest first")
    newest = next((release[1] for release in releases if release), None)
    # Before the first release, Unreleased says which version it will be.
    if newest != version and not (newest is None and f"first release, {version}," in text):
        found.append(f"the newest version is {newest}, the package's {version}")
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    return [*found, *(f"{kind} is no kind of change" for kind in sorted(kinds - KINDS))]


def test_the_changelog_fits_the_package() -> None:
    assert problems(TEXT, __version__) == []


def test_the_version_has_one_home() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in settings["project"]["dynamic"]
    home = ROOT / settings["tool"]["hatch"]["version"]["path"]
    assert f'__version__ = "{__version__}"\n' in home.read_text(encoding="utf-8")
    named = f'"{__version__}"'
    sources = [*(ROOT / "exec_api_client").rglob("*.py"), ROOT / "pyproject.toml"]
    assert [path for path in sources if named in path.read_text(encoding="utf-8")] == [home]


GOOD = "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Fixed\n\n## [0.1.0] - 2026-11-30\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD, None),
        (GOOD.replace("# Changelog\n\n", ""), "# Changelog"),
        (GOOD.replace("## [Unreleased]", ""), r"not \[Unreleased\]"),
        (GOOD.replace(" - 2026-12-01", ""), "neither"),
        (GOOD.replace("2026-12-01", "2026-11-01"), "newest first"),
        (GOOD.replace("0.1.0", "0.10.0"), "newest first"),
        (GOOD.replace("0.1.0", "0.2.0"), "newest first"),
        (GOOD.replace("0.2.0", "0.3.0"), "0.3.0, the package's 0.2.0"),
        (GOOD.replace("Fixed", "Mended"), "Mended is no kind"),
        ("# Changelog\n\n## [Unreleased]\n\nWhat the first release, 0.2.0, holds.\n", None),
        ("# Changelog\n\n## [Unreleased]\n\nWhat the first release, 0.1.0, holds.\n", "is None"),
        ("# Changelog\n\n## [Unreleased]\n", "is None"),
    ],
)
def test_what_is_wrong_is_found(text: str, problem: str | None) -> None:
    found = problems(text, "0.2.0")
    assert len(found) == (problem is not None)
    assert re.search(problem or "", "".join(found))
