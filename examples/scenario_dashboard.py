"""How a scenario is practised, in the terminal: `python scenario_dashboard.py [SCENARIO]` (needs rich).

SCENARIO is an id or a slug; left out, it is the scenario that was practised last.
"""

import sys
from collections.abc import Callable
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.progress_bar import ProgressBar
from rich.table import Table
from workspace import arguments, connect, run

from exec_api_client import AsyncExecClient
from exec_api_client.models import ScenarioAnalyticsSummary, ScenarioParticipantEntry

ROWS = 10
STYLES = {"gold": "gold3", "silver": "grey70", "bronze": "orange3"}


class Practice(NamedTuple):
    """A scenario's numbers, and all who practised it, the best first."""

    title: str
    summary: ScenarioAnalyticsSummary
    participants: list[ScenarioParticipantEntry]


async def read_practice(
    client: AsyncExecClient, scenario: str | None, seen: Callable[[int, int | None], object]
) -> Practice | None:
    """Read all that is shown; None where nobody has practised anything yet.

    It costs a request for the summary, one for each 100 participants and, without a scenario, one to
    find it. `seen` is called after each page, with how many participants are here and how many there are.
    """
    title = scenario
    if scenario is None:
        latest = await client.sessions.list(exclude_system_users=True).first()
        if latest is None:
            return None
        scenario, title = latest.scenario.id, latest.scenario.name
    summary = await client.scenarios.get_analytics_summary(scenario, exclude_system_users=True)
    participants: list[ScenarioParticipantEntry] = []
    pager = client.scenarios.get_analytics_participants(
        scenario, exclude_system_users=True, sorting="-best_score"
    )
    async for page in pager.pages():
        participants += page
        seen(len(participants), page.total_count)
    return Practice(title or scenario, summary, participants)


def name_of(entry: ScenarioParticipantEntry) -> str:
    return f"{entry.user.first_name} {entry.user.last_name}".strip() or entry.user.email


def show(console: Console, practice: Practice) -> None:
    """Print the dashboard."""
    title, summary, participants = practice
    console.print(f"\n{title}", style="bold")
    console.print(
        f"{summary.participant_count} people, {summary.total_sessions} graded sessions, "
        f"{summary.total_practice_minutes} minutes; on average best {summary.average_best_score:g}, "
        f"lift {summary.average_lift_percentage:+g}"
    )
    bars = Table.grid(padding=(0, 2))
    for item in summary.score_distribution:
        style = STYLES.get(item.rank, "blue")
        bar = ProgressBar(100, item.percentage, width=40, complete_style=style, finished_style=style)
        bars.add_row(item.rank, bar, str(item.count), f"{item.percentage:g}%")
    console.print("\nBest ranks", style="bold")
    console.print(bars)

    table = Table("Who", box=None, padding=(0, 3, 0, 0))
    for column in ("Sessions", "First", "Best", "Lift"):
        table.add_column(column, justify="right")
    for entry in participants[:ROWS]:
        scores = (number(entry.first_score), number(entry.best_score), number(entry.lift_percentage, "+g"))
        table.add_row(name_of(entry), str(entry.session_count), *scores)
    console.print("\nThe best", style="bold")
    console.print(table)
    if len(participants) > ROWS:
        console.print(f"… and {len(participants) - ROWS} more", style="dim")
    again = [entry for entry in participants if entry.session_count > 1]
    better = sum((entry.lift_percentage or 0) > 0 for entry in again)
    console.print(f"\n{len(again)} people tried again, and {better} of them beat their first score.")


def number(value: float | None, form: str = "g") -> str:
    return "–" if value is None else format(value, form)


async def main(scenario: str | None) -> None:
    console = Console(markup=False, highlight=False, emoji=False)  # a name is only a name
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with connect() as client:
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Participants", total=None, visible=False)
            practice = await read_practice(
                client,
                scenario,
                lambda done, total: progress.update(task, completed=done, total=total, visible=True),
            )
    if practice is None:
        console.print("Nobody has practised yet.")
    else:
        show(console, practice)


if __name__ == "__main__":
    sys.exit(run(main(*arguments(__doc__, "[SCENARIO]"))))
