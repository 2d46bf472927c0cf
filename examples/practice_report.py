"""A practice report in the terminal: `make demo`, or `python examples/practice_report.py` (needs rich).

With EXEC_API_KEY set it reads that workspace, at EXEC_BASE_URL if that is set too. Without a key it
starts the sandbox, a small Exec API with invented data, on a socket of this machine and reads that.
Here is what it asks the API; how that looks is in practice_tables.py.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from practice_tables import (
    ROWS,
    console,
    show_leaderboard,
    show_log,
    show_overdue,
    show_ranks,
    show_rest,
    show_session,
)
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from workspace import arguments, run

from exec_api_client import AsyncExecClient
from exec_api_client.models import ScenarioRef, SessionListItem
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox

MOST_REQUESTS = 10  # for some 1,000 sessions: a large workspace's quota is spared


@asynccontextmanager
async def connect() -> AsyncIterator[AsyncExecClient]:
    """A client of the workspace that EXEC_API_KEY opens, or of the sandbox's."""
    if os.environ.get("EXEC_API_KEY"):
        console.print("Practice report", style="bold")
        async with AsyncExecClient() as client:
            yield client
    else:
        console.print("Practice report from the sandbox", style="bold")
        console.print("The data are invented; set EXEC_API_KEY to read your own workspace.", style="dim")
        async with (
            Sandbox(latency=0.2).serve() as base_url,
            AsyncExecClient(SANDBOX_KEY, base_url=base_url, trust_env=False) as client,  # past all proxies
        ):
            yield client


async def report(client: AsyncExecClient) -> None:
    """Read and print one section after the other."""
    sessions = await read_sessions(client)
    if sessions:
        show_ranks(sessions)
        scenario = most_practised(sessions)
        leaders = await client.scenarios.get_analytics_participants(
            scenario.id, exclude_system_users=True, sorting="-best_score", page_size=ROWS
        )
        show_leaderboard(scenario.name, leaders)
        newest = newest_graded(sessions, scenario)
        show_session(await client.sessions.get(newest.id, include=["transcript", "evaluations"]))
    show_overdue(await client.scenarios.list_assignments(status=["past_due"], page_size=100))


async def read_sessions(client: AsyncExecClient) -> list[SessionListItem]:
    """Walk the sessions, newest first; the first page says how many there are."""
    sessions: list[SessionListItem] = []
    total: int | None = None
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=40), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Reading sessions", total=None)
        pager = client.sessions.list(exclude_system_users=True)
        async for page in pager.pages():
            sessions += page
            total = page.total_count
            progress.update(task, total=total, completed=len(sessions))
            if pager.report.requests >= MOST_REQUESTS:
                break
    show_rest(len(sessions), total)
    return sessions


def most_practised(sessions: list[SessionListItem]) -> ScenarioRef:
    """The scenario with the most sessions."""
    counts = Counter(session.scenario.id for session in sessions)
    return max((session.scenario for session in sessions), key=lambda scenario: counts[scenario.id])


def newest_graded(sessions: list[SessionListItem], scenario: ScenarioRef) -> SessionListItem:
    """The newest graded session of a scenario, or simply the newest where none was graded."""
    own = (session for session in sessions if session.scenario.id == scenario.id)
    return next((session for session in own if session.is_valid_attempt), sessions[0])


async def main() -> None:
    start = time.monotonic()
    async with connect() as client:
        await report(client)
        spent = client.usage.day if client.usage else 0
    seconds = time.monotonic() - start
    console.print(f"\n{spent} requests in {seconds:.1f} s. A workspace has 60 a minute, 1,000 a day.")


if __name__ == "__main__":
    arguments(__doc__)
    show_log()
    sys.exit(run(main()))
