"""A practice report in the terminal: `make demo`, or `python examples/practice_report.py` (needs rich).

With EXEC_API_KEY set it reads that workspace, at EXEC_BASE_URL if that is set too. Without a key it
starts the sandbox, a small Exec API with invented data, on a socket of this machine and reads that.
"""

import asyncio
import logging
import os
import sys
import time
from collections import Counter

import httpx
from rich import box
from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from exec_api_client import APIConnectionError, AsyncExecClient, AuthenticationError, ExecError
from exec_api_client.models import ScenarioRef, SessionListItem
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox

SANDBOX_LATENCY = 0.2
MOST_REQUESTS = 10  # for some 1,000 sessions: a large workspace's quota is spared
ROWS = 8
RANKS = {"gold": "gold3", "silver": "grey70", "bronze": "orange3", "unranked": "blue", "not graded": "dim"}
GRADES = {"good": "green", "mid": "yellow", "bad": "red"}


class RequestCount:
    """Counts what is really sent, retries included."""

    sent = 0

    async def __call__(self, request: httpx.Request) -> None:
        self.sent += 1


class Shown(logging.Handler):
    """Shows what the client has to say: that it waits for the API's limit, or tries again."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.console = console

    def emit(self, record: logging.LogRecord) -> None:
        self.console.print(record.getMessage(), style="dim", soft_wrap=True)


async def run(console: Console) -> None:
    """Report on the workspace that EXEC_API_KEY opens, or on the sandbox's."""
    count = RequestCount()
    if os.environ.get("EXEC_API_KEY"):
        console.print("Practice report", style="bold")
        async with (
            httpx.AsyncClient(event_hooks={"request": [count]}) as http,
            AsyncExecClient(http_client=http) as client,
        ):
            await report(console, client, count)
    else:
        console.print("Practice report from the sandbox", style="bold")
        console.print("The data are invented; set EXEC_API_KEY to read your own workspace.", style="dim")
        async with (
            Sandbox(latency=SANDBOX_LATENCY).serve() as base_url,
            httpx.AsyncClient(event_hooks={"request": [count]}, trust_env=False) as http,  # past all proxies
            AsyncExecClient(SANDBOX_KEY, base_url=base_url, http_client=http) as client,
        ):
            await report(console, client, count)


async def report(console: Console, client: AsyncExecClient, count: RequestCount) -> None:
    """Read and print one section after the other."""
    start = time.monotonic()
    sessions = await read_sessions(console, client)
    if sessions:
        scenario = most_practised(sessions)
        show_ranks(console, sessions)
        await show_leaderboard(console, client, scenario)
        await show_session(console, client, newest_graded(sessions, scenario))
    await show_overdue(console, client)
    seconds = time.monotonic() - start
    console.print(f"\n{count.sent} requests in {seconds:.1f} s. A workspace has 60 a minute, 1,000 a day.")


async def read_sessions(console: Console, client: AsyncExecClient) -> list[SessionListItem]:
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
    show_rest(console, len(sessions), total)
    return sessions


def most_practised(sessions: list[SessionListItem]) -> ScenarioRef:
    """The scenario with the most sessions."""
    counts = Counter(session.scenario.id for session in sessions)
    return max((session.scenario for session in sessions), key=lambda scenario: counts[scenario.id])


def newest_graded(sessions: list[SessionListItem], scenario: ScenarioRef) -> SessionListItem:
    """The newest graded session of a scenario, or simply the newest where none was graded."""
    own = (session for session in sessions if session.scenario.id == scenario.id)
    return next((session for session in own if session.is_valid_attempt), sessions[0])


def show_ranks(console: Console, sessions: list[SessionListItem]) -> None:
    """How the sessions were ranked, as bars; costs no request."""
    counts = Counter[str](session.rank or "not graded" for session in sessions)
    table = Table.grid(padding=(0, 2))
    for rank in [*RANKS, *(counts.keys() - RANKS.keys())]:
        style = RANKS.get(rank, "none")
        bar = ProgressBar(
            max(counts.values()), counts[rank], width=40, complete_style=style, finished_style=style
        )
        table.add_row(Text(rank, style), bar, str(counts[rank]), f"{counts[rank] / len(sessions):4.0%}")
    heading(console, "Ranks")
    console.print(table)


async def show_leaderboard(console: Console, client: AsyncExecClient, scenario: ScenarioRef) -> None:
    """Who does best in a scenario: one page, as long as the table."""
    leaders = await client.scenarios.get_analytics_participants(
        scenario.id, exclude_system_users=True, sorting="-best_score", page_size=ROWS
    )
    table = list_table("#", "Who", "Sessions", "First", "Best", "Lift", "Rank")
    for place, entry in enumerate(leaders, start=1):
        table.add_row(
            str(place),
            f"{entry.user.first_name} {entry.user.last_name}",
            str(entry.session_count),
            number(entry.first_score),
            number(entry.best_score),
            number(entry.lift_percentage, "+g"),
            Text(entry.best_rank or "", RANKS.get(entry.best_rank or "", "none")),
        )
    heading(console, f"Leaderboard of the most practised scenario, {scenario.name}")
    console.print(table)
    show_rest(console, len(leaders), leaders.total_count)


async def show_overdue(console: Console, client: AsyncExecClient) -> None:
    """The assignments that are past due, the longest overdue first."""
    overdue = await client.scenarios.list_assignments(status=["past_due"], page_size=100)
    table = list_table("Due", "Who", "Scenario", "Best", "Needed")
    for assignment in sorted(overdue, key=lambda each: str(each.due_date or "never"))[:ROWS]:
        table.add_row(
            f"{assignment.due_date:%Y-%m-%d}" if assignment.due_date else "",
            f"{assignment.user.first_name} {assignment.user.last_name}",
            assignment.scenario.name,
            number(assignment.best_score),
            assignment.rank_min or "",
        )
    heading(console, "Overdue assignments")
    if overdue.items:
        console.print(table)
    show_rest(console, min(len(overdue), ROWS), overdue.total_count)


async def show_session(console: Console, client: AsyncExecClient, item: SessionListItem) -> None:
    """One session: how it went, what was said, how it was graded."""
    session = await client.sessions.get(item.id, include=["transcript", "evaluations"])
    heading(console, f"A session of {session.user.first_name} {session.user.last_name}")
    about = Table.grid(padding=(0, 2))
    about.add_row("Scenario", f"{session.scenario.name}, {session.created_at:%Y-%m-%d}")
    about.add_row("Score", f"{number(session.score)} {session.rank or ''}")
    about.add_row("Outcome", session.outcome_feedback or "–")
    about.add_row("Went well", session.positive_feedback or "–")
    about.add_row("To work on", session.constructive_feedback or "–")
    console.print(about)

    lines = session.transcript or []
    transcript = Table.grid(padding=(0, 2))
    for line in lines[:ROWS]:
        minutes, seconds = divmod(int(line.seconds_from_start or 0), 60)
        transcript.add_row(f"{minutes}:{seconds:02}", Text(line.speaker or "", "cyan"), line.text)
    console.print()
    console.print(transcript)
    show_rest(console, min(len(lines), ROWS), len(lines))

    grades = Table.grid(padding=(0, 2))
    for criterion in session.evaluations or []:
        for point in criterion.items:
            grade = Text(point.grade or "–", GRADES.get(point.grade or "", "dim"))
            grades.add_row(grade, point.name, point.feedback or "–")
    console.print()
    console.print(grades)


def heading(console: Console, title: str) -> None:
    """Set a section off."""
    console.print(f"\n{title}", style="bold")


def list_table(*columns: str) -> Table:
    """A plain table whose rows keep to one line each."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in columns:
        justify: JustifyMethod = "right" if name in ("Sessions", "First", "Best", "Lift") else "left"
        table.add_column(name, justify=justify, no_wrap=True)
    return table


def show_rest(console: Console, shown: int, total: int | None) -> None:
    """Say what a section leaves out."""
    if not shown:
        console.print("none")
    elif total is not None and total > shown:
        console.print(f"… and {total - shown} more", style="dim")


def number(value: float | None, form: str = "g") -> str:
    """A score, or a dash where there is none."""
    return "–" if value is None else format(value, form)


def explained(error: ExecError) -> str:
    """One line that says what went wrong and what to look at."""
    advice = ""
    if isinstance(error, AuthenticationError):
        advice = "the API refuses the key, check EXEC_API_KEY: "
    elif isinstance(error, APIConnectionError):
        advice = "the API cannot be reached, check the network and EXEC_BASE_URL: "
    return f"practice_report: {advice}{' '.join(str(error).split())}"


def main() -> int:
    """Print the report; returns the exit status."""
    console = Console(markup=False, highlight=False, emoji=False)
    log = logging.getLogger("exec_api_client")
    log.setLevel(logging.INFO)
    log.addHandler(Shown(console))
    try:
        asyncio.run(run(console))
    except ExecError as error:
        print(explained(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
