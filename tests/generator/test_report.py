from __future__ import annotations

import re
from dataclasses import replace

import pytest

from generator import report
from generator.changes import Change

WENT = Change("field", "User.email", "went", True, "code that reads it fails", reach=("GET /a", "GET /b"))
CAME = Change("enum value", "User.rank", "came", False, "the package passes on values", new="platinum")
CHANGED = Change("type", "User.score", "changed", True, "values are of another type", "number", "string")
TEXT = Change("description", "User.id", "changed", False, report.TEXT.otherwise, "Which", "What")
COMPONENTS = [Change("component", name, "came", False, report.COMPONENT.otherwise) for name in "ABCDEF"]
METHOD = Change("method", "client.users.list", "came", False, "existing code does not need it")


def test_the_terminal_shows_what_is_breaking_first() -> None:
    assert report.text([CAME, WENT, TEXT, CHANGED], [METHOD]) == (
        "2 breaking changes, 3 others: the version's second number rises (from 1.0 on the first)\n"
        "\n"
        "Breaking, on the wire:\n"
        "- User.email: field went; code that reads it fails (in GET /a, GET /b)\n"
        "- User.score: type changed from number to string; values are of another type\n"
        "\n"
        "Not breaking, on the wire:\n"
        "- User.rank: enum value platinum came; the package passes on values\n"
        "- 1 text changed: User.id description; only documentation\n"
        "\n"
        "Not breaking, in the Python API:\n"
        "- client.users.list: method came; existing code does not need it\n"
    )


def test_what_nobody_reads_one_by_one_is_one_line() -> None:
    gone = replace(COMPONENTS[0], place="Z", verb="went")
    assert report.text([*COMPONENTS, gone, TEXT, TEXT], []).splitlines()[3:] == [
        "- 6 components came: A, B, C, D and 2 more; it matters only where it is used",
        "- 1 component went: Z; it matters only where it is used",
        "- 2 texts changed: User.id description; only documentation",
    ]


def test_markdown_shows_the_same() -> None:
    assert report.markdown([CAME, WENT], []) == (
        "**1 breaking change, 1 other: the version's second number rises (from 1.0 on the first)**\n"
        "\n"
        "## Breaking, on the wire\n"
        "- `User.email`: field went; code that reads it fails (in `GET /a`, `GET /b`)\n"
        "\n"
        "## Not breaking, on the wire\n"
        "- `User.rank`: enum value `platinum` came; the package passes on values\n"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([], "No change in the API"),
        ([CAME], f"1 change, none breaking: {report._NOT_BREAKING}"),
        ([CAME, TEXT], f"2 changes, none breaking: {report._NOT_BREAKING}"),
        ([WENT], f"1 breaking change: {report._BREAKING}"),
        ([WENT, CHANGED, CAME], f"2 breaking changes, 1 other: {report._BREAKING}"),
    ],
)
def test_the_headline_counts(changes: list[Change], said: str) -> None:
    assert report.headline(changes) == said
    assert report.text(changes, []).splitlines()[0] == said
    assert report.markdown(changes, []).splitlines()[0] == f"**{said}**"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (None, True, "nullable changed from null to true"),
        ("", 1.5, 'nullable changed from "" to 1.5'),
        ({"a": ["ö"]}, [], 'nullable changed from {"a": ["ö"]} to []'),
    ],
)
def test_values_are_shown_as_json_but_for_texts(old: object, new: object, said: str) -> None:
    change = Change("nullable", "User.id", "changed", False, "fine", old, new)  # type: ignore[arg-type]
    assert f"- User.id: {said}; fine\n" in report.text([change], [])


def test_many_operations_are_counted() -> None:
    change = replace(WENT, reach=tuple(f"GET /{number}" for number in range(7)))
    assert "(in GET /0, GET /1, GET /2, GET /3 and 3 more)" in report.text([change], [])


HOSTILE = "a`b``c</code><script>*_[x](y)\n## Title\r\x1b[31m\u202egnp\u2028@all #1 |" + "z" * 100


def test_a_strangers_text_is_one_line_without_control_characters() -> None:
    shown = report.shown(HOSTILE)
    assert "\\x0a## Title\\x0d\\x1b[31m\\u202egnp\\u2028@all" in shown
    assert shown.endswith("z…")
    assert len(shown) == 81
    assert report.shown("é ü 漢") == "é ü 漢"
    assert report.shown("a\u3000b\U000e0001") == "a b\\ue0001"


@pytest.mark.parametrize("foreign", [HOSTILE, "`", "``a", "a`", " a ", "", "` `` ```"])
def test_markdown_shows_a_strangers_text_as_code(foreign: str) -> None:
    """CommonMark ends code at the first run of as many backticks as it began with."""
    coded = report.code(foreign)
    fence = re.match("`+", coded)
    assert fence
    inner = coded[len(fence[0]) : -len(fence[0])]
    assert coded == fence[0] + inner + fence[0]
    assert len(fence[0]) not in map(len, re.findall("`+", inner))
    assert not inner.startswith("`")
    assert not inner.endswith("`")
    # It takes off a space on both sides, if there is one on each.
    assert (inner[1:-1] if inner.startswith(" ") and inner.endswith(" ") else inner) == report.shown(foreign)


def test_no_part_of_a_change_reaches_markdown_as_markup() -> None:
    change = Change(HOSTILE, HOSTILE, "changed", True, "it fails", HOSTILE, {HOSTILE: 1}, (HOSTILE, HOSTILE))
    text = report.markdown([change], [change])
    assert len(text.splitlines()) == 7
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert not set(outside) & set("<>|[]_@")
    assert outside.count("changed from  to ; it fails (in , )") == 2


def test_markdown_stays_within_what_a_pull_request_takes() -> None:
    many = [replace(WENT, place=f"User.field_{number}") for number in range(5000)]
    text = report.markdown(many, [])
    assert len(text) <= report.MOST_CHARACTERS < 65_536
    told, left = text.count("- `User"), re.search(r"… and (\d+) more lines", text)
    assert left
    assert told + int(left[1]) == 5000
    assert text.startswith("**5000 breaking changes: ")
