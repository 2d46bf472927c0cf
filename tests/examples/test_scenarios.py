"""examples/scenario_dashboard.py and scenario_picture.py: what the sandbox's numbers look like."""

import asyncio
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from rich.cells import cell_len

from exec_api_client import AsyncExecClient
from exec_api_client.models import ScenarioAnalyticsSummary, ScenarioParticipantEntry
from exec_api_client.sandbox import SANDBOX_KEY, Sandbox, User
from tests.examples.running import Run, example, python

SCENARIO = "procurement-discovery"
SCRIPTS = ["scenario_dashboard.py", "scenario_picture.py"]


async def run(sandbox: Sandbox, *arguments: str | Path) -> Run:
    async with sandbox.serve() as base_url:
        return await python(*arguments, EXEC_API_KEY=SANDBOX_KEY, EXEC_BASE_URL=base_url, COLUMNS="80")


async def numbers(sandbox: Sandbox) -> tuple[ScenarioAnalyticsSummary, list[ScenarioParticipantEntry]]:
    async with AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport()) as client:
        summary = await client.scenarios.get_analytics_summary(SCENARIO, exclude_system_users=True)
        table = client.scenarios.get_analytics_participants(
            SCENARIO, exclude_system_users=True, sorting="-best_score"
        )
        return summary, await table.collect()


def people(sandbox: Sandbox, count: int) -> None:
    """Add so many, each with a session of the scenario."""
    for number in range(count):
        email = f"number{number}@lumera.example"
        user = User(id=f"u{number:011}", email=email, first_name=f"Number{number}", last_name="Of Many")
        sandbox.add_session(user=user, scenario=SCENARIO, score=99)


async def test_the_dashboard_shows_the_summary_the_ranks_and_the_best() -> None:
    sandbox = Sandbox()
    report = await run(sandbox, "scenario_dashboard.py", SCENARIO)
    assert (report.status, report.errors) == (0, "")
    assert [request.path.rpartition("/")[2] for request in sandbox.requests] == ["summary", "participants"]
    summary, participants = await numbers(sandbox)
    lines = [" ".join(line.split()) for line in report.output.splitlines()]
    assert f"{len(participants)}/{len(participants)}" in lines[0]
    at = lines.index(SCENARIO)
    assert lines[at + 1].startswith(
        f"{summary.participant_count} people, {summary.total_sessions} graded sessions, "
    )
    assert f"lift {summary.average_lift_percentage:+g}" in report.output
    for item in summary.score_distribution:
        assert re.search(rf"^{item.rank} [━╸╺]* ?{item.count} {item.percentage:g}%$", "\n".join(lines), re.M)
    best = lines.index("Who Sessions First Best Lift") + 1
    for line, entry in zip(lines[best:], participants[:10], strict=False):
        scores = f"{entry.first_score:g} {entry.best_score:g} {entry.lift_percentage:+g}"
        assert line == f"{entry.user.first_name} {entry.user.last_name} {entry.session_count} {scores}"
    assert lines[best + 10] == f"… and {len(participants) - 10} more"
    again = [entry for entry in participants if entry.session_count > 1]
    better = [entry for entry in again if (entry.lift_percentage or 0) > 0]
    assert f"{len(again)} people tried again, and {len(better)} of them beat their first score." in lines
    assert max(cell_len(line) for line in report.output.splitlines()) <= 80


async def test_the_bars_are_as_long_as_the_ranks_are_frequent() -> None:
    report = await run(Sandbox(), "scenario_dashboard.py", SCENARIO)
    bars = re.findall(r"^\w+ +(━*)[╸ ]* +\d+ +([\d.]+)%", report.output, re.MULTILINE)
    assert len(bars) == 4
    assert all(abs(len(bar) - 0.4 * float(share)) <= 1 for bar, share in bars)


async def test_the_progress_counts_page_after_page() -> None:
    sandbox = Sandbox(sessions=0)
    people(sandbox, 230)
    dashboard = example("scenario_dashboard")
    seen: list[tuple[int, int | None]] = []
    async with AsyncExecClient(SANDBOX_KEY, transport=sandbox.transport()) as client:
        practice = await dashboard.read_practice(client, SCENARIO, lambda *counts: seen.append(counts))
    assert seen == [(100, 230), (200, 230), (230, 230)]
    assert len(practice.participants) == 230


async def test_without_a_scenario_it_is_the_one_that_was_practised_last() -> None:
    sandbox = Sandbox()
    sandbox.add_session(user="maya.raghavan@lumera.example", scenario="renewal-at-risk")
    report = await run(sandbox, "scenario_dashboard.py")
    assert "\nRenewal at Risk\n" in report.output
    assert sandbox.requests[0].params["page_size"] == "1"


async def test_a_name_is_only_a_name_in_the_terminal() -> None:
    sandbox = Sandbox(sessions=0)
    user = User(id="u" * 12, email="eve@lumera.example", first_name="[red]Eve", last_name=":smile:")
    sandbox.add_session(user=user, scenario=SCENARIO)
    assert "\n[red]Eve :smile:" in (await run(sandbox, "scenario_dashboard.py", SCENARIO)).output


async def test_a_picture_has_the_colours_of_the_ranks(tmp_path: Path) -> None:
    sandbox, out = Sandbox(), tmp_path / "picture.png"
    report = await run(sandbox, "scenario_picture.py", out, SCENARIO)
    _, participants = await numbers(sandbox)
    assert report == (0, f"{out}: {SCENARIO}, {len(participants)} people\n", "")
    pixels = await asyncio.to_thread(imread, out)
    assert pixels.shape[:2] == (825, 1650)
    picture = example("scenario_picture")
    left = pixels[:, :825, :3]
    for colour in (*picture.COLOURS.values(), picture.OTHER):
        share = (abs(left - to_rgb(colour)).max(axis=2) < 0.01).mean()
        assert share > 0.005, colour  # a bar, not the edge of a letter


async def test_the_picture_says_what_the_dashboard_says(tmp_path: Path) -> None:
    sandbox, out = Sandbox(), tmp_path / "picture.svg"
    assert (await run(sandbox, "scenario_picture.py", out, SCENARIO)).errors == ""
    summary, participants = await numbers(sandbox)
    texts = texts_of(out)
    assert SCENARIO in texts
    assert f"Best ranks of {summary.participant_count} people" in texts
    for item in summary.score_distribution:
        assert item.rank in texts
        assert f"{item.count} ({item.percentage:g}%)" in texts
    scored = [entry.user for entry in participants if entry.first_score is not None][:20]
    names = [f"{user.first_name} {user.last_name}" for user in scored]
    places = [texts[name] for name in names]
    assert len(places) == 20
    assert all(above < below for above, below in pairwise(places))  # the best on top


def texts_of(svg: Path) -> dict[str, float]:
    """The texts of a picture and how far down they stand."""
    found: dict[str, float] = {}
    for text in ElementTree.parse(svg).iter("{http://www.w3.org/2000/svg}text"):
        place = re.search(r"translate\([-\d.]+ ([-\d.]+)\)", text.get("transform", ""))
        found["".join(text.itertext())] = float(place[1] if place else text.get("y") or 0)
    return found


async def test_a_name_is_only_a_name_in_the_picture(tmp_path: Path) -> None:
    sandbox, out = Sandbox(sessions=0), tmp_path / "picture.svg"
    user = User(id="u" * 12, email="eve@lumera.example", first_name="$x^2$", last_name="<b>&")
    sandbox.add_session(user=user, scenario=SCENARIO)
    assert (await run(sandbox, "scenario_picture.py", out, SCENARIO)).status == 0
    assert "$x^2$ <b>&" in texts_of(out)


@pytest.mark.parametrize("script", SCRIPTS)
async def test_without_a_key_it_shows_the_sandbox(script: str, tmp_path: Path) -> None:
    out = [tmp_path / "picture.png"] if script == "scenario_picture.py" else []
    report = await python(script, *out)
    assert report.status == 0
    assert report.errors == "EXEC_API_KEY is not set: the data are the sandbox's, and invented.\n"
    assert "Renewal at Risk" in report.output


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_scenario_that_is_not_there_is_one_line_and_status_1(script: str, tmp_path: Path) -> None:
    out = [tmp_path / "picture.png"] if script == "scenario_picture.py" else []
    report = await run(Sandbox(), script, *out, "no-such-scenario")
    assert report.status == 1
    assert report.errors.startswith(f"{script.removesuffix('.py')}: GET /scenarios/no-such-scenario/")
    assert report.errors.count("\n") == 1
    assert not any(map(exists, out))


exists: Callable[[Path], bool] = Path.exists


@pytest.mark.parametrize("script", SCRIPTS)
async def test_an_empty_workspace_is_no_error(script: str, tmp_path: Path) -> None:
    out = [tmp_path / "picture.png"] if script == "scenario_picture.py" else []
    report = await run(Sandbox(sessions=0), script, *out)
    assert (report.status, report.errors) == (0, "")
    assert "Nobody has practised yet" in report.output
    assert not any(map(exists, out))


async def test_a_scenario_that_nobody_practised_can_be_drawn(tmp_path: Path) -> None:
    out = tmp_path / "picture.svg"
    assert (await run(Sandbox(sessions=0), "scenario_picture.py", out, SCENARIO)).errors == ""
    assert "Best ranks of 0 people" in texts_of(out)


@pytest.mark.parametrize("out", ["picture.gif", "picture", ""])
async def test_a_picture_of_another_kind_is_refused_before_anything_is_asked(out: str) -> None:
    report = await python("scenario_picture.py", out)
    assert (report.status, report.output) == (2, "")
    assert report.errors == f"scenario_picture: {out!r} ends in none of .png, .svg, .pdf\n"
