"""The documentation is built without a warning and without the network, and has everything that is public."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import griffe
import pytest

from generator.document.openapi import Node as Json
from generator.document.yaml import load_file
from tests.fakes import PACKAGE, ROOT
from tests.generator.growing import HERE, grow

# The build as `make docs` runs it, in a process that cannot reach anything.
BUILD = """
import runpy, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        sys.exit(f"the network is used: {event} {arguments}")

sys.addaudithook(refuse)
pages, script = sys.argv[1:]
if script:
    sys.argv = [script, pages]
    runpy.run_path(script, run_name="__main__")
from zensical.main import cli

cli(["build", "--strict", "--config-file", f"{pages}/mkdocs.yml"])
"""
LOADS = {"src", "href", "srcset", "data", "poster", "action", "content", "style"}


def build(root: Path, pages: Path, script: str = "docs/pages.py") -> subprocess.CompletedProcess[str]:
    """Write the pages of a tree into a folder and build its `site`. Without a script they are there."""
    return subprocess.run(
        [sys.executable, "-c", BUILD, str(pages), script],
        cwd=root,
        env={"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        check=False,
    )


class Reader(HTMLParser):
    """What a page anchors, and what a browser loads for it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            if name in LOADS and value and tag != "a":
                self.loaded.append(value)


def foreign(site: Path) -> list[str]:
    """What the pages and styles load from another host; links that a reader may follow are none."""
    found = [value for path in sorted(site.rglob("*.html")) for value in Reader(read(path)).loaded]
    for path in sorted(site.rglob("*.css")):
        found += re.findall(r"(?:@import|url\()\s*[\"']?([^\"')]{1,99})", read(path))
    return [value for value in found if re.match(r"([a-z]+:)?//", value.strip(), re.IGNORECASE)]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors(site: Path) -> set[str]:
    pages = (site / "reference").rglob("*.html")
    return {anchor for page in pages for anchor in Reader(read(page)).anchors}


def public(root: Path) -> Iterator[str]:
    """What the reference has to have: the public names, the methods of the resources, the models."""
    package: Any = griffe.load(
        PACKAGE.name, search_paths=[root], try_relative_path=False, resolve_aliases=True
    )
    own = [module for name, module in package.modules.items() if name not in ("generated", "models")]
    assert package["sandbox"] in own
    listing = [module for module in own if module.exports]
    shown = set()
    for name in package.exports:  # what a module lists itself is in the reference of that
        if not package[name].is_alias or package[name].final_target.module not in listing:
            shown.add(getattr(package[name], "target_path", ""))
            yield f"{package.path}.{name}"
    for module in (package["generated.models"], *listing):
        for name in module.exports:  # what the package lists as well is shown there
            if f"{module.path}.{name}" not in shown:
                yield f"{module.path}.{name}"
    for module in package["generated.api"].modules.values():
        for found in module.classes.values():
            if not found.is_alias and found.name.endswith("Resource"):
                names = [name for name in found.members if not name.startswith("_")]
                assert names
                yield from (f"{found.path}.{name}" for name in names)


def grown() -> Json:
    """The published document, and another one that has other operations and forms."""
    document, other = load_file(ROOT / "openapi.yaml"), load_file(HERE / "growth.yaml")
    document["paths"] |= other["paths"]
    for section, members in other["components"].items():
        document["components"][section] = {**members, **document["components"].get(section, {})}
    return document


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree whose package has what the API has today, and what it may grow to, and its built pages."""
    tree = tmp_path_factory.mktemp("docs")
    unused = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "docs", tree / "docs", ignore=unused)
    for name in ("mkdocs.yml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tree)
    package = grow(grown(), tree, PACKAGE.name)
    shutil.copytree(PACKAGE / "sandbox", package / "sandbox", ignore=unused)
    done = build(tree, tree / "pages")
    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr
    return tree


@pytest.fixture
def site(tree: Path) -> Path:
    return tree / "pages/site"


def test_every_public_name_is_in_the_reference(tree: Path, site: Path) -> None:
    wanted, today = set(public(tree)), set(public(ROOT))
    assert {"exec_api_client.AsyncExecClient", "exec_api_client.generated.models.User"} < today < wanted
    assert len(wanted - today) > 10
    assert wanted - anchors(site) == set()


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    assert len(list(site.rglob("*.html"))) > 15
    assert foreign(site) == []


def test_pages_show_what_users_need_and_no_more(site: Path) -> None:
    client = read(site / "reference/client.html")
    assert "max_connections" in client
    assert "_environment" not in client
    assert "Unreleased" in read(site / "changelog.html")
    assert list(site.glob("*.py")) == []


def test_what_leads_nowhere_fails_the_build(tmp_path: Path) -> None:
    settings, _, rest = read(ROOT / "mkdocs.yml").partition("extra_css:")
    rest = rest.partition("nav:")[0].partition("\n")[2].replace("ROOT", ROOT.as_posix())
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(f"{settings}{rest}nav: [index.md]\n", encoding="utf-8")
    links = ("(nowhere.md)", "(#nothing)", "[exec_api_client.Nothing]")
    text = "# Page\n\n" + "".join(f"[`a`]{link}\n\n" for link in links)
    (tmp_path / "docs/index.md").write_text(text, encoding="utf-8")
    done = build(ROOT, tmp_path, script="")
    assert done.returncode == 1
    assert "3 issues found" in done.stdout + done.stderr
