"""CONTRIBUTING.md names commands and files that are there."""

from __future__ import annotations

import re
from typing import Any

import pytest

from generator.document.openapi import Node as Json
from generator.document.overlay import apply
from generator.document.yaml import load
from generator.normalise import normalise
from tests.docs.makefile import MAKEFILE, TARGETS
from tests.fakes import ROOT
from tests.generator.growing import document_of

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
# What a command of this repository takes or gives is no file of it. A whole document keeps no pages.
NO_FILES = {"generator/pages/", "llms.txt", "release.yml", "report.md"}


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


def overlay_of(actions: str) -> Json:
    loaded: Any = load(f"overlay: 1.1.0\ninfo: {{title: T, version: '1'}}\nactions:\n{actions}")
    assert isinstance(loaded, dict)
    return loaded


def test_the_corrections_that_are_shown_are_right() -> None:
    deprecation, name = map(overlay_of, re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL))
    document = {"properties": {"a": {"description": "Deprecated: use b"}, "b": {"description": "Not"}}}
    corrected = apply(document, deprecation)["properties"]
    assert (corrected["a"].get("deprecated"), corrected["b"].get("deprecated")) == (True, None)
    before = document_of({"operationId": "getWorkspaceMember", "tags": ["Members"]})
    for whole, method in ((before, "get_workspace"), (apply(before, name), "get")):
        told = normalise(whole).operations[0].responses[0]["x-operation"]
        assert (told["resource"], told["method"]) == ("members", method)


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    headings = {
        f"#{title.lower().replace(' ', '-')}" for title in re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    }
    links = re.findall(r"\]\((#[^)]+)\)", TEXT)
    assert links
    assert set(links) <= headings
