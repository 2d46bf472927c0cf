"""The stamp of a copy: one that is damaged or was edited is no stamp."""

import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.vendor.conftest import refused, stamp_in, stamp_with

STAMP = {
    **dict.fromkeys(("version", "document_version", "document_sha256", "generator"), "1"),
    "sandbox": False,
    "requires_python": ">=3",
    "requirements": [],
    "files": {},
}


@pytest.mark.parametrize(
    ("damaged", "problem"),
    [
        ("", "Expecting value"),
        ("<<<<<<< HEAD\n{}", "Expecting value"),
        ('{"version": "1', "Unterminated string"),
        ("[]", "list indices"),
        ("null", "not subscriptable"),
        ("{}", "KeyError: 'version'"),
        ("\udcff", "invalid start byte"),
        (json.dumps({**STAMP, "files": ["client.py"]}), "a value is of the wrong kind"),
        (json.dumps({**STAMP, "sandbox": "yes"}), "a value is of the wrong kind"),
    ],
)
@pytest.mark.parametrize("command", ["verify", "diff", "upgrade"])
def test_a_damaged_stamp_is_named_and_nothing_is_touched(
    tiny: ModuleType,
    target: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    damaged: str,
    problem: str,
) -> None:
    tiny.main(["add", str(target)])
    capsys.readouterr()
    (target / "vendored.json").write_bytes(damaged.encode(errors="surrogateescape"))
    said = refused(tiny, capsys, command, target)
    assert said.startswith("vendor: acme/_vendor/exec_api/vendored.json is damaged (")
    assert problem in said
    assert said.endswith(
        "take it from version control again, as it last was right, in a merge that of one side:\n"
        "    git -C acme/_vendor/exec_api log -- vendored.json\n"
        "    git -C acme/_vendor/exec_api checkout --ours vendored.json\n"
    )


def test_an_undamaged_stamp_is_read(tiny: ModuleType, target: Path) -> None:
    target.mkdir(parents=True)
    (target / "vendored.json").write_text(stamp_with(STAMP))
    assert tiny.main(["verify", str(target)]) == 0


@pytest.mark.parametrize(
    "edited",
    [
        {"requirements": []},
        {"requirements": ["attrs", "evil"]},
        {"version": "\x1b[31m9"},
        {"requires_python": ">=3.8"},
        {"document_sha256": "0"},
        {"sandbox": True},
        {"sha256": "0"},
    ],
    ids=repr,
)
@pytest.mark.parametrize("command", ["verify", "diff", "upgrade"])
def test_an_edited_stamp_is_no_stamp(
    tiny: ModuleType,
    target: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    edited: dict[str, object],
) -> None:
    tiny.main(["add", str(target)])
    (target / "vendored.json").write_text(json.dumps({**stamp_in(target), **edited}))
    capsys.readouterr()
    assert "vendored.json is damaged (it was edited): take it" in refused(tiny, capsys, command, target)
