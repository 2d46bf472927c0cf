"""How practice_report.py looks in the terminal: what it has read, as tables and bars of rich."""

import logging
from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import Console, JustifyMethod
from rich.logging import RichHandler
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from exec_api_client import Page
from exec_api_client.models import Assignment, ScenarioParticipantEntry, SessionDetail, SessionListItem

ROWS = 8
RANKS = {"gold": "gold3", "silver": "grey70", "bronze": "orange3", "unranked": "blue", "not graded": "dim"}
GRADES = {"good": "green", "mid": "yellow", "bad": "red"}
NUMBERS = ("Sessions", "First", "Best", "Lift")

console = Console(markup=False, highlight=False, emoji=False)  # a name is only a name


def show_log() -> None:
    """Show what the client has to say: that it waits for the API's limit, or tries again."""
    handler = RichHandler(console=console, show_time=False, show_level=False, show_path=False)
    logging.basicConfig(format="%(message)s", handlers=[handler])
    logging.getLogger("exec_api_client").setLevel(logging.INFO)


def show_ranks(sessions: Sequence[SessionListItem]) -> None:
    """How the sessions were ranked, as bars."""
    counts = Counter[str](session.rank or "not graded" for session in sessions)
    table = Table.grid(padding=(0, 2))
    for rank in [*RANKS, *(counts.keys() - RANKS.keys())]:
        style = RANKS.get(rank, "none")
        bar = ProgressBar(
            max(counts.values()), counts[rank], width=40, complete_style=style, finished_style=style
        )
        table.add_row(Text(rank, style), bar, str(counts[rank]), f"{counts[rank] / len(sessions):4.0%}")
    heading("Ranks")
    console.print(table)


def show_leaderboard(scenario: str, leaders: Page[ScenarioParticipantEntry]) -> None:
    """Who does best in a scenario."""
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
    heading(f"Leaderboard of the most practised scenario, {scenario}")
    console.print(table)
    show_rest(len(leaders), leaders.total_count)


def show_session(session: SessionDetail) -> None:
    """How a session went, what was said, how it was graded."""
    about = Table.grid(padding=(0, 2))
    about.add_row("Scenario", f"{session.scenario.name}, {session.created_at:%Y-%m-%d}")
    about.add_row("Score", f"{number(session.score)} {session.rank or ''}")
    about.add_row("Outcome", session.outcome_feedback or "–")
    about.add_row("Went well", session.positive_feedback or "–")
    about.add_row("To work on", session.constructive_feedback or "–")
    heading(f"A session of {session.user.first_name} {session.user.last_name}")
    console.print(about)

    lines = session.transcript or []
    transcript = Table.grid(padding=(0, 2))
    for line in lines[:ROWS]:
        minutes, seconds = divmod(int(line.seconds_from_start or 0), 60)
        transcript.add_row(f"{minutes}:{seconds:02}", Text(line.speaker or "", "cyan"), line.text)
    console.print()
    console.print(transcript)
    show_rest(min(len(lines), ROWS), len(lines))

    grades = Table.grid(padding=(0, 2))
    for criterion in session.evaluations or []:
        for point in criterion.items:
            grade = Text(point.grade or "–", GRADES.get(point.grade or "", "dim"))
            grades.add_row(grade, point.name, point.feedback or "–")
    console.print()
    console.print(grades)


def show_overdue(overdue: Page[Assignment]) -> None:
    """The assignments that are past due, the longest overdue first."""
    table = list_table("Due", "Who", "Scenario", "Best", "Needed")
    for assignment in sorted(overdue, key=lambda each: str(each.due_date or "never"))[:ROWS]:
        table.add_row(
            f"{assignment.due_date:%Y-%m-%d}" if assignment.due_date else "",
            f"{assignment.user.first_name} {assignment.user.last_name}",
            assignment.scenario.name,
            number(assignment.best_score),
            assignment.rank_min or "",
        )
    heading("Overdue assignments")
    if overdue.items:
        console.print(table)
    show_rest(min(len(overdue), ROWS), overdue.total_count)


def show_rest(shown: int, total: int | None) -> None:
    """Say what a section leaves out."""
    if not shown:
        console.print("none")
    elif total is not None and total > shown:
        console.print(f"… and {total - shown} more", style="dim")


def heading(title: str) -> None:
    console.print(f"\n{title}", style="bold")


def list_table(*columns: str) -> Table:
    """A plain table whose rows keep to one line each."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in columns:
        justify: JustifyMethod = "right" if name in NUMBERS else "left"
        table.add_column(name, justify=justify, no_wrap=True)
    return table


def number(value: float | None, form: str = "g") -> str:
    return "–" if value is None else format(value, form)
