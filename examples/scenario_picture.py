"""How a scenario is practised, as a picture: `python scenario_picture.py OUT.png [SCENARIO]`.

It needs matplotlib. The file's ending chooses the form: .png, .svg or .pdf. The data are read by
scenario_dashboard.py.
"""

import sys
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from scenario_dashboard import Practice, name_of, read_practice
from workspace import arguments, connect, run

ENDINGS = (".png", ".svg", ".pdf")
MOST_PEOPLE = 20
COLOURS = {"gold": "#d4a017", "silver": "#9a9a9a", "bronze": "#b8692e"}
OTHER = "#4a72a8"


def draw(practice: Practice) -> Figure:
    """On the left how many reached each rank, on the right each one's first score and best."""
    title, summary, participants = practice
    figure = Figure(figsize=(11, 5.5), layout="constrained")
    figure.suptitle(title)
    ranks, people = figure.subplots(1, 2, width_ratios=(2, 3))

    items = summary.score_distribution
    colours = [COLOURS.get(item.rank, OTHER) for item in items]
    bars = ranks.bar([item.rank for item in items], [item.count for item in items], color=colours)
    ranks.bar_label(bars, [f"{item.count} ({item.percentage:g}%)" for item in items])
    ranks.set(title=f"Best ranks of {summary.participant_count} people", yticks=[])

    scored = [each for each in participants if each.first_score is not None and each.best_score is not None]
    for row, entry in enumerate(scored[:MOST_PEOPLE]):
        first, best = entry.first_score or 0.0, entry.best_score or 0.0
        people.plot([first, best], [row, row], color="#cccccc", zorder=1)
        people.scatter([first], [row], color="white", edgecolors=OTHER, label="first" if row == 0 else None)
        people.scatter([best], [row], color=OTHER, label="best" if row == 0 else None)
    people.set_yticks(range(len(scored[:MOST_PEOPLE])), [name_of(each) for each in scored[:MOST_PEOPLE]])
    people.invert_yaxis()  # the best on top
    people.set(title=f"First score and best, lift {summary.average_lift_percentage:+g} on average")
    people.set(xlabel="score", xlim=(-3, 103))
    if scored:
        people.legend(loc="lower left")
    return figure


async def main(out: Path, scenario: str | None) -> None:
    async with connect() as client:
        practice = await read_practice(client, scenario, lambda done, total: None)
    if practice is None:
        print("Nobody has practised yet; there is nothing to draw.")
        return
    # A name is only a name, never a formula, and in an SVG it stays text.
    with mpl.rc_context({"text.parse_math": False, "svg.fonttype": "none"}):
        draw(practice).savefig(out, dpi=150)
    print(f"{out}: {practice.title}, {len(practice.participants)} people")


if __name__ == "__main__":
    out, scenario = arguments(__doc__, "OUT.png", "[SCENARIO]")
    if Path(out).suffix not in ENDINGS:
        print(f"scenario_picture: {out!r} ends in none of {', '.join(ENDINGS)}", file=sys.stderr)
        sys.exit(2)
    sys.exit(run(main(Path(out), scenario)))
