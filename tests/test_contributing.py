"""CONTRIBUTING.md names commands and files that are there."""

from __future__ import annotations

import re

import pytest

from generator import overlay
from generator.yaml12 import load
from tests.docs.makefile import MAKEFILE, TARGETS
from tests.fakes import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
# What a command of this repository takes or gives is no file of it.
NO_FILES = {"llms.txt", "report.md"}


def test_every_make_target_is_there() -> None:
    commands = re.findall(r"(?:^|`)make ([a-z ]+)", TEXT, re.MULTILINE)
    assert commands
    assert {target for command in commands for target in command.split()} <= TARGETS


def test_every_variable_of_make_is_one() -> None:
    named = set(re.findall(r"\b([A-Z]+)=", TEXT))
    assert named
    assert named <= set(re.findall(r"\$\((?:if \$\(|value )?([A-Z]+)\)", MAKEFILE))


@pytest.mark.parametrize(
    "name",
    sorted(
        {name for name in re.findall(r"`([\w.\-/]+)`", TEXT) if "/" in name or re.search(r"\.\w+$", name)}
        - NO_FILES
    ),
)
def test_every_file_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_every_module_that_is_run_is_there() -> None:
    modules = re.findall(r"python -m (generator\.\w+)", TEXT)
    assert modules
    assert all((ROOT / f"{module.replace('.', '/')}.py").exists() for module in modules)


def test_the_correction_that_is_shown_is_one() -> None:
    [action] = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    correction = load(f"overlay: 1.1.0\ninfo: {{title: T, version: '1'}}\nactions:\n{action}")
    assert isinstance(correction, dict)
    document = {"properties": {"a": {"description": "Deprecated: use b"}, "b": {"description": "Not"}}}
    assert overlay.apply(document, correction)["properties"]["a"]["deprecated"] is True
    assert "deprecated" not in overlay.apply(document, correction)["properties"]["b"]


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    headings = {
        f"#{title.lower().replace(' ', '-')}" for title in re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    }
    links = re.findall(r"\]\((#[^)]+)\)", TEXT)
    assert links
    assert set(links) <= headings
