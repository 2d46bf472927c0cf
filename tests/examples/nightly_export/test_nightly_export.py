"""examples/nightly_export.py: nothing is missing and nothing twice, whatever happens to it."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from exec_api_client import AsyncExecClient
from exec_api_client.sandbox import SANDBOX_KEY, Request, Sandbox, Session
from tests.examples.nightly_export.exported import (
    YESTERDAY,
    export,
    ids,
    oldest_first,
    state_of,
    text_of,
    write,
    written,
)
from tests.examples.running import ROOT, python


async def test_without_a_key_it_exports_the_sandbox(out: Path) -> None:
    first = await python("nightly_export.py", out)
    assert first.status == 0
    assert first.errors == "EXEC_API_KEY is not set: the data are the sandbox's, and invented.\n"
    assert first.output.startswith(f"25 new sessions, 25 in {out}; 26 of 1000 requests spent\nup to date; ")
    assert sorted(ids(out)) == sorted(Sandbox(sessions=25).world.sessions)
    again = await python("nightly_export.py", out)
    assert again.output.startswith(f"0 new sessions, 25 in {out}; 1 of 1000 ")


async def test_each_line_is_a_session_with_its_transcript(sandbox: Sandbox, out: Path) -> None:
    assert (await export(sandbox, out)).errors == ""
    assert len(sandbox.requests) == 1 + 12
    async with AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport()) as client:
        wanted = [await client.sessions.get(each, include=["transcript"]) for each in oldest_first(sandbox)]
    assert written(out) == [each.to_dict() for each in wanted]
    assert sum(bool(session["transcript"]) for session in written(out)) >= 8


async def test_the_next_run_takes_what_is_new_and_asks_for_nothing_twice(sandbox: Sandbox, out: Path) -> None:
    await export(sandbox, out)
    sandbox.requests.clear()
    added = [sandbox.add_session(created_at=YESTERDAY + timedelta(minutes=1)) for _ in range(3)]
    report = await export(sandbox, out)
    assert report.output.startswith(f"3 new sessions, 15 in {out}; 4 of 1000 requests spent\nup to date; ")
    assert sorted(ids(out)[12:]) == sorted(each.id for each in added)
    assert len(sandbox.requests) == 1 + 3
    await export(sandbox, out)
    assert len(ids(out)) == len(set(ids(out))) == 15


async def test_what_is_added_while_it_runs_is_for_the_next_run(
    sandbox: Sandbox, out: Path, monkeypatch: pytest.MonkeyPatch, local: Callable[..., Any]
) -> None:
    added: list[Session] = []

    def add_one(_: Request) -> None:
        if len(sandbox.requests) == 5:
            added.append(sandbox.add_session(created_at=datetime.now(UTC)))

    sandbox.before_request = add_one
    added.append(sandbox.add_session(created_at=datetime.now(UTC) - timedelta(minutes=10)))  # is it over?
    nightly = local(sandbox)
    await nightly.export(out)
    assert len(added) == 2
    assert ids(out) == oldest_first(sandbox)[:-2]
    monkeypatch.setattr(nightly, "now", lambda: datetime.now(UTC) + timedelta(hours=2))
    await nightly.export(out)
    assert ids(out) == oldest_first(sandbox)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.parametrize(("how", "least"), [("kill", 60), ("interrupt", 20)])
async def test_a_crash_leaves_nothing_out_and_nothing_twice(how: str, least: int, tmp_path: Path) -> None:
    crashes = await python("-m", "tests.examples.nightly_export.crashes", how, tmp_path, cwd=ROOT)
    assert (crashes.status, crashes.errors) == (0, "")
    assert int(crashes.output) >= least


async def test_a_torn_line_goes_even_if_nothing_can_take_its_place(sandbox: Sandbox, out: Path) -> None:
    await export(sandbox, out)
    whole = text_of(out)
    write(out, whole + '{"id": "half of a li')
    gone = sandbox.add_session(created_at=YESTERDAY + timedelta(minutes=1))
    sandbox.fail_when(lambda request: gone.id in request.path, status=404)
    assert (await export(sandbox, out)).status == 0
    assert text_of(out) == whole
    assert state_of(out)["size"] == len(whole.encode())
    kept = sandbox.add_session(created_at=YESTERDAY + timedelta(minutes=2))
    assert (await export(sandbox, out)).status == 0
    assert ids(out)[12:] == [kept.id]


async def test_the_state_is_replaced_and_never_written_over(sandbox: Sandbox, out: Path) -> None:
    await export(sandbox, out)
    state, before = f"{out}.state", state_of(out)
    os.link(state, f"{out}.before.state")  # another name for the file, which a new file does not have
    sandbox.add_session(created_at=YESTERDAY + timedelta(minutes=1))
    await export(sandbox, out)
    assert state_of(out)["count"] == before["count"] + 1
    assert state_of(out.with_name(f"{out.name}.before")) == before


async def test_a_session_that_is_deleted_meanwhile_holds_nothing_up(sandbox: Sandbox, out: Path) -> None:
    newest = oldest_first(sandbox)[-1]
    sandbox.fail_when(lambda request: newest in request.path, status=404)
    report = await export(sandbox, out)
    assert report.output.startswith(f"11 new sessions, 11 in {out}; 13 of ")
    sandbox.requests.clear()
    await export(sandbox, out)  # and is not asked for night after night
    assert len(sandbox.requests) == 1


async def test_a_failure_is_one_line_and_the_next_run_goes_on(sandbox: Sandbox, out: Path) -> None:
    sandbox.fail_when(lambda request: len(sandbox.requests) == 6, status=403, body="not\nnow")
    report = await export(sandbox, out)
    assert report.status == 1
    assert report.errors.startswith("nightly_export: GET /sessions/")
    assert report.errors.endswith("403: not now\n")
    assert len(ids(out)) == 5
    sandbox.clear_faults()
    await export(sandbox, out)
    assert ids(out) == oldest_first(sandbox)


async def test_a_file_that_is_not_its_own_stays_as_it_is(sandbox: Sandbox, out: Path) -> None:
    write(out, "precious\n")
    report = await export(sandbox, out)
    assert report.status == 1
    assert "stays as it is: name another file" in report.errors
    assert text_of(out) == "precious\n"
    assert not sandbox.requests


async def test_a_file_that_was_moved_away_is_missed(sandbox: Sandbox, out: Path) -> None:
    await export(sandbox, out)
    os.rename(out, out.with_name("sessions-of-march.jsonl"))
    report = await export(sandbox, out)
    assert report.status == 1
    assert "is shorter than" in report.errors
    assert "put it back, or delete" in report.errors


async def test_invented_and_real_sessions_do_not_share_a_file(sandbox: Sandbox, out: Path) -> None:
    await python("nightly_export.py", out)
    before = text_of(out)
    report = await export(sandbox, out)
    assert (report.status, sandbox.requests) == (1, [])
    assert f"{out} holds invented sessions: name another file" in report.errors
    other = out.with_name("other.jsonl")
    await export(sandbox, other)
    report = await python("nightly_export.py", other)
    assert report.status == 1
    assert "holds real sessions, and EXEC_API_KEY is not set" in report.errors
    assert (text_of(out), len(ids(other))) == (before, 12)


@pytest.mark.parametrize("place", ["", ".", "/"])
async def test_what_is_no_file_is_named(place: str) -> None:
    report = await python("nightly_export.py", place)
    assert (report.status, report.errors.count("\n")) == (1, 1)
    assert f"{Path(place)} has no " in report.errors


@pytest.mark.parametrize("spoilt", ["", "[]", "null", '{"foo": 1}', '{"size": "x"}'])
async def test_a_state_that_is_none_is_named(sandbox: Sandbox, out: Path, spoilt: str) -> None:
    await export(sandbox, out)
    before = text_of(out)
    out.with_name(f"{out.name}.state").write_text(spoilt)
    report = await export(sandbox, out)
    assert report.status == 1
    assert report.errors.count("\n") == 1
    assert f"{out.name}.state is not what a run wrote: put that back, or delete" in report.errors
    assert text_of(out) == before


async def test_an_empty_workspace_is_no_error(out: Path) -> None:
    sandbox = Sandbox(sessions=0)
    report = await export(sandbox, out)
    assert (report.status, report.errors) == (0, "")
    assert report.output.endswith("up to date; the next run goes on after the start\n")
    added = sandbox.add_session(created_at=YESTERDAY)
    await export(sandbox, out)
    assert ids(out) == [added.id]
