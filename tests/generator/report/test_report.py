"""Whole reports: what changes of the published document look like to a reader."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.checkout import Checkout
from generator.report import Change, Report, Snapshot, render, report
from generator.report.changes import code, prose
from tests.generator.growing import answering, taking

from .snapshots import generated, lines, present

Make = Callable[[Any], Snapshot]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    return lambda document: generated(document, tmp_path_factory.mktemp("report") / "snapshot")


def expected(name: str) -> str:
    return (Path(__file__).parent / "expected" / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def before(make: Make) -> Snapshot:
    return make(present())


def test_each_of_many_arguments_has_its_own_line(make: Make, before: Snapshot) -> None:
    document = present()
    del document["paths"]["/scenarios/assignments"]
    told = report(make(document), before).text()
    assert "- New: `client.scenarios.list_assignments(*, …) -> AsyncPager[Assignment]`\n  List" in told
    assert "\n  - `status: Sequence[AssignmentStatus] | None = None`\n  - `" in told


def test_a_field_that_is_renamed_and_another_that_is_nullable(make: Make, before: Snapshot) -> None:
    document = present()
    fields = document["components"]["schemas"]["User"]["properties"]
    fields["mail"] = fields.pop("email")
    fields["first_name"]["nullable"] = True
    told = report(before, make(document))
    assert told.text() == expected("renamed.txt")


def writing() -> Any:
    """Return the published document with an operation that sends a body."""
    fields = {"name": {"type": "string"}, "level": {"type": "string", "enum": ["easy", "hard"]}}
    document = present()
    document["paths"]["/scenarios"] = {
        "post": {
            "tags": ["Scenarios"],
            "summary": "Create a scenario",
            "operationId": "createScenario",
            "requestBody": taking(
                {"type": "object", "required": ["name"], "properties": fields}, required=True
            ),
            "responses": answering({"$ref": "#/components/schemas/ScenarioRef"}),
        }
    }
    return document


def test_a_new_method_has_its_signature_and_what_it_does(make: Make, before: Snapshot) -> None:
    notes = ["POST /scenarios (createScenario): an example contradicts its schema"]
    told = report(before, make(writing()), notes, ["POST /scenarios", "GET /{a}"])
    assert told.markdown() == expected("new.md")


# --- headlines, and texts of strangers

CHANGE = Change("`User`", "is new.", "added")
BREAKING = Change("`User`", "is removed.", "removed", breaking=True)
SECOND = "raise the second number of the version (from 1.0 on, the first)."
THIRD = "raise the third number of the version (from 1.0 on, the second)."


@pytest.mark.parametrize(
    ("python", "wire", "texts", "headline"),
    [
        ((), (), 0, "No change in the API."),
        ((), (), 2, "Only texts, examples and extensions have changed."),
        ((), (CHANGE,), 0, f"No breaking change: {THIRD}"),
        ((CHANGE,), (), 0, f"No breaking change: {THIRD}"),
        ((BREAKING,), (CHANGE,), 0, f"1 breaking change: {SECOND}"),
        ((BREAKING, CHANGE), (BREAKING,), 0, f"2 breaking changes: {SECOND}"),
        ((), (BREAKING,), 0, f"1 breaking change: {SECOND}"),
    ],
)
def test_the_headline_says_which_version_follows(
    python: tuple[Change, ...], wire: tuple[Change, ...], texts: int, headline: str
) -> None:
    told = Report(python, wire, texts, ())
    assert told.text().splitlines()[0] == headline
    assert told.markdown().splitlines()[0] == f"**{headline}**"


HOSTILE = "a`b``c</code><script>*_[x](y)\n## Title\r\x1b[31m\u202egnp\u2028@all #1 |" + "z" * 100


@pytest.mark.parametrize("foreign", [HOSTILE, "`", "``a", "a`", " a ", "", "`` ```"])
def test_a_strangers_text_is_code_on_one_line(foreign: str) -> None:
    """CommonMark ends code at the first run of as many backticks as it began with."""
    coded = code(foreign)
    fence = re.match("`+", coded)
    assert fence
    inner = coded[len(fence[0]) : -len(fence[0])]
    assert coded == fence[0] + inner + fence[0]
    assert len(fence[0]) not in map(len, re.findall("`+", inner))
    assert not inner.startswith("`")
    assert not inner.endswith("`")
    assert coded.isprintable()


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("List books (in pages)", "List books (in pages)"),
        ("See <b>", "`See <b>`"),
        ("# Big", "`# Big`"),
        ("@all", "`@all`"),
    ],
)
def test_a_docstring_is_plain_where_it_holds_no_markup(foreign: str, shown: str) -> None:
    assert prose(foreign) == shown


def test_a_strangers_text_in_a_document_stays_code() -> None:
    old: Any = {"paths": {}, "components": {}}
    new = copy.deepcopy(old) | {"paths": {f"/{HOSTILE}": {"get": {"operationId": HOSTILE, "parameters": []}}}}
    generated = Checkout().generated
    text = report(Snapshot(old, generated), Snapshot(new, generated), [HOSTILE]).markdown()
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert not set(outside) & set("<>|[]_@")
    assert outside.endswith("\n- \n")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"servers": [{"url": "https://b.test"}]}, [
            'It has `servers` `[{"url": "https://b.test"}]`, not `[{"url": "https://a.test"}]`.',
        ]),
        ({"security": [{"key": []}]}, ['It has `security` `[{"key": []}]`.']),
        ({"components": {"securitySchemes": {"key": {"type": "http", "scheme": "basic"}}}}, [
            '`key` has `scheme` `"basic"`, not `"bearer"`.',
        ]),
        ({"components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}}, []),
    ],
)  # fmt: skip
def test_servers_and_security_are_left_to_do(changed: Any, expected: list[str]) -> None:
    scheme = {"type": "http", "scheme": "bearer", "description": "The key"}
    old: Any = {
        "paths": {},
        "servers": [{"url": "https://a.test"}],
        "components": {"securitySchemes": {"key": scheme}},
    }
    told = report(*(Snapshot(document, Checkout().generated) for document in (old, {**old, **changed})))
    assert lines(told.wire) == expected
    assert [line.partition(":")[0] for line in told.left_to_do] == [
        "Servers or security have changed" for _ in expected
    ]


def test_markdown_stays_within_what_a_pull_request_takes() -> None:
    many = tuple(Change(f"`User{number}`", "is new.", "added") for number in range(5000))
    text = Report(many).markdown()
    assert len(text) <= render.MAX_CHARACTERS < 65_536
    assert re.search(r"\n… and \d+ more lines; the diff of openapi\.yaml shows the rest\.\n$", text)
