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


def corrections() -> list[Json]:
    """An overlay of each action that the page shows."""
    actions = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    return [overlay_of(action) for action in actions]


def overlay_of(actions: str) -> Json:
    loaded: Any = load(f"overlay: 1.1.0\ninfo: {{title: T, version: '1'}}\nactions:\n{actions}")
    assert isinstance(loaded, dict)
    return loaded


def test_the_correction_that_is_shown_is_one() -> None:
    correction, _ = corrections()
    document = {"properties": {"a": {"description": "Deprecated: use b"}, "b": {"description": "Not"}}}
    assert apply(document, correction)["properties"]["a"]["deprecated"] is True
    assert "deprecated" not in apply(document, correction)["properties"]["b"]


def called(correction: Json) -> str:
    """What the method of a document's one operation is called."""
    operation = {"operationId": "getWorkspaceMember", "tags": ["Members"]}
    document = normalise(apply(document_of(operation), correction))
    told = document.operations[0].responses[0]["x-operation"]
    return f"client.{told['resource']}.{told['method']}"


NO_CORRECTION = "- {target: $.info, description: Says nothing., update: {x-nothing: true}}"


def test_a_method_is_called_otherwise_as_shown() -> None:
    _, correction = corrections()
    assert called(overlay_of(NO_CORRECTION)) == "client.members.get_workspace"
    assert called(correction) == "client.members.get"


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    headings = {
        f"#{title.lower().replace(' ', '-')}" for title in re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    }
    links = re.findall(r"\]\((#[^)]+)\)", TEXT)
    assert links
    assert set(links) <= headings
