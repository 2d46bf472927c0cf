"""examples/weekly_summary.py one line for each person, about the last seven days only."""

import csv
from datetime import UTC, datetime, timedelta

from exec_api_client.sandbox import Sandbox
from tests.examples.running import Run, program

MAYA, DANIEL = "maya.raghavan@lumera.example", "daniel.osei@lumera.example"


async def test_without_a_key_it_is_the_sandboxs_last_week() -> None:
    report = await program("weekly_summary.py")
    assert report.status == 0
    assert report.errors == "EXEC_API_KEY is not set: the data are the sandbox's, and invented.\n"
    world = Sandbox().world
    assert world.now
    week = [
        each
        for each in world.sessions.values()
        if each.created_at >= world.now - timedelta(days=7) and not each.user.is_system
    ]
    rows = list(csv.DictReader(report.output.splitlines()))
    assert [row["email"] for row in rows] == sorted({each.user.email for each in week})
    assert sum(int(row["sessions"]) for row in rows) == len(week) > len(rows)


async def test_a_line_sums_a_persons_sessions_up() -> None:
    sandbox, now = Sandbox(sessions=0), datetime.now(UTC)
    for user, score, days in ((MAYA, 60, 1), (MAYA, 91.5, 2), (MAYA, 100, 8), (DANIEL, None, 6)):
        sandbox.add_session(user=user, score=score, created_at=now - timedelta(days=days))
    report = await program("weekly_summary.py", sandbox=sandbox)
    assert (report.status, report.errors) == (0, "")
    assert report.output == f"email,sessions,minutes,best_score\n{DANIEL},1,5,\n{MAYA},2,10,91.5\n"
    assert len(sandbox.requests) == 1


async def test_an_empty_week_is_a_table_without_lines() -> None:
    done = await program("weekly_summary.py", sandbox=Sandbox(sessions=0))
    assert done == Run(0, "email,sessions,minutes,best_score\n", "")
