"""The comparison of the Python API: copies of the package, with one thing edited in the generated code."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import exec_api_client
from exec_api_client import AsyncExecClient, models
from exec_api_client.generated.api.sessions import SessionsResource
from generator import python_api
from generator.changes import Change
from generator.checkout import ROOT, Checkout

from .comparing import Said, short

Edit = tuple[str, str, str]  # a file of the generated code, what is there, what takes its place

RANK, USER, ITEM = "models/rank.py", "models/user.py", "models/session_list_item.py"
RANKS = (Checkout().generated / RANK).read_text(encoding="utf-8").partition("Rank = ")[2].strip()
CLIENT, SESSIONS = "api/__init__.py", "api/sessions/__init__.py"


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., list[Change]]:
    def edited(*edits: Edit, reverse: bool = False) -> list[Change]:
        left_out = shutil.ignore_patterns("__pycache__", "sandbox")
        shutil.copytree(Checkout().package, tmp_path / "old" / Checkout().package.name, ignore=left_out)
        shutil.copytree(tmp_path / "old", tmp_path / "new")
        for name, before, after in edits:
            file = tmp_path / "new" / Checkout().generated.relative_to(ROOT) / name
            text = file.read_text(encoding="utf-8")
            assert before in text
            file.write_text(text.replace(before, after), encoding="utf-8")
        sides = [tmp_path / "old", tmp_path / "new"]
        return python_api.changes(*(reversed(sides) if reverse else sides))

    return edited


NEW_ARGUMENT = (
    SESSIONS,
    "        page_size: int | None",
    "        level: str | None = None,\n        page_size: int | None",
)
NEEDED = (SESSIONS, "        session_id: str,\n", "        session_id: str,\n        level: str,\n")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ((CLIENT, "def sessions(", "def meetings("), [
            ("client.sessions", "attribute", "went", True),
            ("client.sessions.list", "method", "went", True),
            ("client.sessions.get", "method", "went", True),
            ("client.meetings", "attribute", "came", False),
            ("client.meetings.list", "method", "came", False),
            ("client.meetings.get", "method", "came", False),
        ]),
        ((SESSIONS, "async def get(", "async def fetch("), [
            ("client.sessions.get", "method", "went", True),
            ("client.sessions.fetch", "method", "came", False),
        ]),
        (NEW_ARGUMENT, [("client.sessions.list(level)", "argument", "came", False)]),
        (NEEDED, [("client.sessions.get(level)", "argument", "came", True)]),
        ((SESSIONS, "        session_id: str,", "        id_: str,"), [
            ("client.sessions.get(session_id)", "argument", "went", True),
            ("client.sessions.get(id_)", "argument", "came", True),
        ]),
        ((SESSIONS, "        sorting: ListSessionsSorting | None = None,\n", ""),
         [("client.sessions.list(sorting)", "argument", "went", True)]),
        ((SESSIONS, "        page: int | None = None,", "        page: int | None,"),
         [("client.sessions.list(page)", "argument", "changed", True)]),
        ((SESSIONS, "        page: int | None = None,", "        page: float | None = None,"),
         [("client.sessions.list(page)", "type of argument", "changed", False)]),
        ((SESSIONS, "        page: int | None = None,", "        page: str | None = None,"),
         [("client.sessions.list(page)", "type of argument", "changed", True)]),
        ((SESSIONS, "-> SessionDetail:", "-> SessionListItem:"),
         [("client.sessions.get", "type of method", "changed", True)]),
        ((SESSIONS, "-> SessionDetail:", "-> SessionDetail | None:"),
         [("client.sessions.get", "type of method", "changed", True)]),
        ((SESSIONS, "    async def get(", "    def get("),
         [("client.sessions.get", "type of method", "changed", True)]),
        ((USER, "    email: str\n", "    mail: str\n"), [
            ("models.User.email", "field", "went", True),
            ("models.User.mail", "field", "came", False),
        ]),
        ((USER, "    email: str\n", "    email: str | None\n"),
         [("models.User.email", "type of field", "changed", True)]),
        ((ITEM, "    score: float | None\n", "    score: float\n"),
         [("models.SessionListItem.score", "type of field", "changed", False)]),
        ((ITEM, "    score: float | None\n", "    score: float | None | Unset\n"),
         [("models.SessionListItem.score", "type of field", "changed", True)]),
        ((RANK, '"gold", ', ""), [("models.Rank", "value", "went", True)]),
        ((RANK, '"gold", ', '"gold", "not-a-rank", '), [("models.Rank", "value", "came", False)]),
        ((RANK, RANKS, "str"),
         [("models.Rank", "type of enum", "changed", True)]),
    ],
)  # fmt: skip
def test_each_change_is_told_by_the_name_that_users_write(
    edited: Callable[..., list[Change]], edit: Edit, said: list[Said]
) -> None:
    assert sorted(short(edited(edit))) == sorted(said)


def test_each_value_that_came_or_went_is_told_of(edited: Callable[..., list[Change]]) -> None:
    found = edited((RANK, '"gold"', '"not-a-rank"'), (RANK, '"silver"', '"nor-this"'))
    assert {change.kind for change in found} == {"value"}
    assert {(change.verb, repr(change.old), repr(change.new)) for change in found} == {
        ("went", "'gold'", "absent"),
        ("went", "'silver'", "absent"),
        ("came", "absent", "'nor-this'"),
        ("came", "absent", "'not-a-rank'"),
    }


def test_what_is_part_of_something_new_is_not_told_of_again(edited: Callable[..., list[Change]]) -> None:
    """The arguments of a new method and the fields of a new model go without saying."""
    edits = [(SESSIONS, "def get(", "def _get_one("), ("models/__init__.py", '    "User",\n', "")]
    assert short(edited(*edits, reverse=True)) == [
        ("client.sessions.get", "method", "came", False),
        ("models.User", "class", "came", False),
    ]


def test_modules_that_users_reach_through_the_client_only_are_not_told_of(tmp_path: Path) -> None:
    for side in ("old", "new"):
        shutil.copytree(Checkout().package, tmp_path / side / Checkout().package.name)
    (tmp_path / "new" / Checkout().generated.relative_to(ROOT) / "api/sessions/get_session.py").unlink()
    assert python_api.changes(tmp_path / "old", tmp_path / "new") == []


def test_of_a_package_within_users_see_what_it_exports(tmp_path: Path) -> None:
    for side in ("old", "new"):
        shutil.copytree(Checkout().package, tmp_path / side / Checkout().package.name)
    sandbox = tmp_path / "new" / Checkout().package.name / "sandbox"
    for name, before, after in (
        ("queries.py", "class SessionQuery:", "class Query:"),
        ("core.py", "def remove_session(", "def drop_session("),
    ):
        text = (sandbox / name).read_text(encoding="utf-8")
        assert before in text
        (sandbox / name).write_text(text.replace(before, after), encoding="utf-8")
    assert short(python_api.changes(tmp_path / "old", tmp_path / "new")) == [
        ("sandbox.Sandbox.remove_session", "method", "went", True),
        ("sandbox.Sandbox.drop_session", "method", "came", False),
    ]


def test_the_package_does_not_differ_from_itself() -> None:
    assert python_api.changes(ROOT, ROOT) == []


def test_the_names_are_those_of_the_running_package() -> None:
    """griffe reads the code without running it; names that are loaded lazily must not escape it."""
    names = dict(python_api._names(python_api._load(ROOT, "exec_api_client")))
    assert {name for name in names if "." not in name and "(" not in name} == set(exec_api_client.__all__)
    assert {name.split(".")[1] for name in names if name.startswith("models.")} == set(models.__all__)
    resources = {name for name in dir(AsyncExecClient) if hasattr(getattr(AsyncExecClient, name), "attrname")}
    assert {name.split(".")[1] for name in names if name.startswith("client.")} == resources
    arguments = {
        f"client.sessions.list({name})" for name in inspect.signature(SessionsResource.list).parameters
    }
    assert {name for name in names if name.startswith("client.sessions.list(")} == arguments - {
        "client.sessions.list(self)"
    }


def test_a_folder_without_the_package_is_refused(tmp_path: Path) -> None:
    """And not answered with the package that happens to be installed."""
    with pytest.raises(ModuleNotFoundError):
        python_api.changes(tmp_path, ROOT)
