"""CHANGELOG.md tells of the version of the package, and the version has one home."""

import re
import tomllib

from exec_api_client import __version__
from tests.fakes import ROOT

TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_newest_release_is_the_package() -> None:
    unreleased, *releases = re.findall(r"^## \[(.*?)\](?: - \d{4}-\d\d-\d\d)?$", TEXT, re.MULTILINE)
    assert unreleased == "Unreleased"
    # Before the first release, Unreleased says which version it will be.
    assert releases[:1] == [__version__] or (not releases and f"first release, {__version__}," in TEXT)


def test_the_version_has_one_home() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in settings["project"]["dynamic"]
    home = ROOT / settings["tool"]["hatch"]["version"]["path"]
    assert f'__version__ = "{__version__}"\n' in home.read_text(encoding="utf-8")
    named = f'"{__version__}"'
    sources = [*(ROOT / "exec_api_client").rglob("*.py"), ROOT / "pyproject.toml"]
    assert [path for path in sources if named in path.read_text(encoding="utf-8")] == [home]
