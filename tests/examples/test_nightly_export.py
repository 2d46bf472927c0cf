"""examples/nightly_export.py: no session is missing or written twice, and the quota is kept."""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from exec_api_client import AsyncExecClient, RateLimit
from exec_api_client.sandbox import SANDBOX_KEY, Limits, Request, Sandbox, Session
from tests.examples.running import Run, example, program, python
from tests.virtual_time import clocks

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


class Night:
    """Runs of the example over a sandbox, in this process and on virtual time."""

    def __init__(
        self, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.sandbox = Sandbox(sessions=12, now=YESTERDAY)
        self.module: Any = example("nightly_export")
        self.out, self.state = out, out.with_name(f"{out.name}.state")
        self.waits: list[float] = []
        self._now, self._capsys = time.time(), capsys
        monkeypatch.setenv("EXEC_API_KEY", SANDBOX_KEY)
        monkeypatch.setattr(self.module, "connect", self._connect)
        monkeypatch.setattr(sys, "argv", ["nightly_export.py"])

    def _connect(self, *, rate_limit: RateLimit, sandbox: object) -> AsyncExecClient:
        return AsyncExecClient(
            SANDBOX_KEY,
            transport=self.sandbox.transport(),
            rate_limit=rate_limit,
            _environment=clocks(self._pass, lambda: self._now),
        )

    async def _pass(self, seconds: float) -> None:
        self._now += seconds

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        assert len(self.waits) < 30, "it waits for ever"
        self._now += seconds

    def run(self, out: str | None = None) -> Run:
        self.sandbox.requests.clear()
        self._capsys.readouterr()
        place = self.out if out is None else Path(out)
        status = self.module.run(self.module.export(place, self._sleep))
        return Run(status, *self._capsys.readouterr())

    def written(self) -> list[dict[str, Any]]:
        text = self.out.read_text(encoding="utf-8")
        assert text.endswith("\n") or not text
        return [json.loads(line) for line in text.splitlines()]

    def ids(self) -> list[str]:
        return [session["id"] for session in self.written()]

    def oldest_first(self) -> list[str]:
        sessions = self.sandbox.world.sessions.values()
        return [each.id for each in sorted(sessions, key=lambda each: each.created_at)]


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Night:
    return Night(tmp_path / "sessions.jsonl", monkeypatch, capsys)


async def test_without_a_key_it_exports_the_sandbox(tmp_path: Path) -> None:
    out = tmp_path / "sessions.jsonl"
    first = await python("nightly_export.py", out)
    assert first.status == 0
    assert first.errors == "EXEC_API_KEY is not set: the data are the sandbox's, and invented.\n"
    assert first.output.startswith(f"25 new sessions, 25 in {out}; 26 of 1000 requests spent\nup to date; ")
    again = await program("nightly_export.py", str(out))
    assert again.output.startswith(f"0 new sessions, 25 in {out}; 1 of 1000 ")
    with_key = await program("nightly_export.py", str(out), sandbox=(sandbox := Sandbox()))
    assert (with_key.status, sandbox.requests) == (1, [])
    assert f"{out} holds invented sessions: name another file" in with_key.errors


async def test_each_line_is_a_session_with_its_transcript(tmp_path: Path) -> None:
    sandbox, out = Sandbox(sessions=12, now=YESTERDAY), tmp_path / "sessions.jsonl"
    done = await program("nightly_export.py", str(out), sandbox=sandbox)
    assert (done.status, done.errors, len(sandbox.requests)) == (0, "", 1 + 12)
    async with AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport()) as client:
        listed = await client.sessions.list(sorting="created_at")
        wanted = [await client.sessions.get(each.id, include=["transcript"]) for each in listed]
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert written == [each.to_dict() for each in wanted]
    assert sum(bool(session["transcript"]) for session in written) >= 8
    without_key = await program("nightly_export.py", str(out))
    assert without_key.status == 1
    assert "holds real sessions, and EXEC_API_KEY is not set" in without_key.errors


def test_the_next_run_takes_new_sessions_and_asks_for_nothing_twice(night: Night) -> None:
    gone = night.oldest_first()[-1]
    night.sandbox.fail_when(lambda request: gone in request.path, status=404)  # deleted since it was listed
    assert night.run().output.startswith(f"11 new sessions, 11 in {night.out}; 13 of 1000 ")
    added = [night.sandbox.add_session(created_at=YESTERDAY + timedelta(minutes=1)) for _ in range(3)]
    report = night.run()
    assert report.output.startswith(
        f"3 new sessions, 14 in {night.out}; 4 of 1000 requests spent\nup to date; "
    )
    assert sorted(night.ids()[11:]) == sorted(each.id for each in added)
    night.run()
    assert len(night.sandbox.requests) == 1
    assert len(night.ids()) == len(set(night.ids())) == 14


def test_sessions_of_the_last_hour_are_for_the_next_run(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[Session] = []

    def add_one(_: Request) -> None:
        if len(night.sandbox.requests) == 5:
            added.append(night.sandbox.add_session(created_at=datetime.now(UTC)))

    night.sandbox.before_request = add_one
    added.append(night.sandbox.add_session(created_at=datetime.now(UTC) - timedelta(minutes=10)))
    night.run()
    assert len(added) == 2
    assert night.ids() == night.oldest_first()[:-2]
    monkeypatch.setattr(night.module, "now", lambda: datetime.now(UTC) + timedelta(hours=2))
    night.run()
    assert night.ids() == night.oldest_first()


# --- crashes


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def interrupt() -> None:
    sys.settrace(None)
    raise KeyboardInterrupt


def crash(night: Night, out: Path, number: int, end: Callable[[], None]) -> bool:
    """Export in a child that ends before a line, of those executed; return False where it has fewer."""
    left = number

    def line(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left == 0:
                end()
        return line

    if not (child := os.fork()):
        try:
            source = night.module.__file__
            sys.settrace(lambda frame, *_: line if frame.f_code.co_filename == source else None)
            os._exit(night.run(str(out)).status)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def torn(out: Path) -> Path | None:
    """Copy the file and its state, with half of what was written since that state."""
    state, copy = Path(f"{out}.state"), out.with_suffix(".torn")
    size = json.loads(state.read_text())["size"] if state.exists() else 0
    tail = out.stat().st_size - size if out.exists() else 0
    if not tail:
        return None
    shutil.copy(out, copy)
    shutil.copy(state, f"{copy}.state")
    os.truncate(copy, size + tail // 2)
    return copy


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.parametrize(("end", "step", "least"), [(kill, 1, 60), (interrupt, 3, 20)])
def test_a_crash_leaves_nothing_out_and_nothing_twice(
    night: Night, end: Callable[[], None], step: int, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run leaves the file of a run without a crash, also where half of the last write is there."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # for a loss of power, which this is not
    night.sandbox = Sandbox(sessions=2, now=YESTERDAY, limits=None)
    night.run()
    wanted, number, crashes = night.out.read_bytes(), 1, 0
    assert wanted.count(b"\n") == 2
    while crash(night, out := night.out.with_name(f"{number}.jsonl"), number, end):
        for left in filter(None, [torn(out), out]):
            crashes += 1
            assert night.run(str(left)).status == 0, f"the run after a crash at line {number}"
            assert left.read_bytes() == wanted, f"a crash at line {number} of those executed"
        number += step
    assert crashes >= least


def test_a_failure_is_one_line_and_the_next_run_goes_on(night: Night) -> None:
    night.sandbox.fail_when(lambda _: len(night.sandbox.requests) == 6, status=403, body="not\nnow")
    report = night.run()
    assert report.status == 1
    assert report.errors.startswith("nightly_export: GET /sessions/")
    assert report.errors.endswith("403: not now\n")
    assert len(night.ids()) == 5
    night.sandbox.clear_faults()
    night.run()
    assert night.ids() == night.oldest_first()


def foreign(night: Night) -> None:
    night.state.unlink()


def moved_away(night: Night) -> None:
    os.rename(night.out, night.out.with_name("sessions-of-march.jsonl"))


def state(text: str) -> Callable[[Night], object]:
    return lambda night: night.state.write_text(text)


SPOILT = "sessions.jsonl.state is not what a run wrote: put that back, or delete"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (foreign, "stays as it is: name another file"),
        (moved_away, "put it back, or delete"),
        (state(""), SPOILT),
        (state("[]"), SPOILT),
        (state('{"foo": 1}'), SPOILT),
        (state('{"size": "x"}'), SPOILT),
    ],
)
def test_files_of_others_and_damaged_ones_stay_as_they_are(
    night: Night, damage: Callable[[Night], object], said: str
) -> None:
    night.run()
    damage(night)
    before = {path: path.read_bytes() for path in night.out.parent.iterdir()}
    report = night.run()
    assert (report.status, report.errors.count("\n"), night.sandbox.requests) == (1, 1, [])
    assert said in report.errors
    assert {path: path.read_bytes() for path in night.out.parent.iterdir()} == before


@pytest.mark.parametrize("place", ["", "/"])
def test_a_place_that_is_no_file_is_named(night: Night, place: str) -> None:
    report = night.run(place)
    assert (report.status, report.errors.count("\n")) == (1, 1)
    assert f"{Path(place)} has no " in report.errors


def test_an_empty_workspace_is_no_error(night: Night) -> None:
    night.sandbox = Sandbox(sessions=0)
    report = night.run()
    assert (report.status, report.errors) == (0, "")
    assert report.output.endswith("up to date; the next run goes on after the start\n")
    added = night.sandbox.add_session(created_at=YESTERDAY)
    night.run()
    assert night.ids() == [added.id]


# --- the quota


def test_it_stops_before_the_reserve_and_says_where_it_goes_on(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(night.module, "RESERVE", night.module.PER_DAY - 5)
        report = night.run()
    assert night.ids() == night.oldest_first()[:4]
    reached = night.sandbox.world.sessions[night.ids()[-1]].created_at
    assert report.output == (
        f"4 new sessions, 4 in {night.out}; 5 of 1000 requests spent\n"
        f"the quota is spent, there is more in 24.0 hours; the next run goes on after {reached}\n"
    )
    night.run()
    assert night.ids() == night.oldest_first()
    assert len(night.sandbox.requests) == 1 + 8


def spent_day(sandbox: Sandbox) -> None:
    sandbox.limits = Limits(per_day=4)


def later(sandbox: Sandbox) -> None:
    sandbox.fail_when(lambda request: len(sandbox.requests) > 3, status=429, retry_after=7_200)


@pytest.mark.parametrize(("refuse", "hours"), [(spent_day, "24.0"), (later, "2.0")])
def test_the_api_says_that_the_day_is_over(
    night: Night, refuse: Callable[[Sandbox], None], hours: str
) -> None:
    refuse(night.sandbox)
    report = night.run()
    assert (report.status, report.errors) == (0, "")
    assert f"\nthe quota is spent, there is more in {hours} hours; " in report.output
    assert night.ids() == night.oldest_first()[:3]


def test_an_api_that_always_says_soon_is_given_up(night: Night) -> None:
    night.sandbox.fail_next(times=None, status=429, retry_after=100)
    night.run()
    assert night.waits == [160] * (3_600 // 160)
    assert len(night.sandbox.requests) < 100
