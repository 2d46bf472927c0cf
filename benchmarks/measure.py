"""Timing side by side: each subject once a round, so that the machine's moods meet all of them."""

import gc
import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Sample(NamedTuple):
    """What one subject took over all rounds, in the unit that it was measured in."""

    median: float
    low: float
    high: float


def paired(subjects: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, Sample]:
    """Measure each subject once a round; each says itself what it took.

    The first round warms up and does not count. The rounds start at different subjects in turn.
    """
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    names = list(subjects)
    for number in range(rounds + 1):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            gc.collect()
            seconds = subjects[name]()
            if number:
                taken[name].append(seconds)
    return {name: Sample(statistics.median(all_), min(all_), max(all_)) for name, all_ in taken.items()}


def machine() -> str:
    """What the numbers were measured on."""
    system = f"{platform.system()} {platform.machine()}"
    return f"Python {platform.python_version()}, {system}, {os.cpu_count()} cores"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table in Markdown, with numbers to the right."""
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def against(samples: Mapping[str, Sample], base: str, *, scale: float, unit: str) -> str:
    """A table of samples: median, spread, and the ratio to one of them."""
    return table(
        ("what", f"median, {unit}", "spread", f"ratio to {base}"),
        [
            (
                name,
                f"{sample.median * scale:,.2f}",
                f"{sample.low * scale:,.2f}–{sample.high * scale:,.2f}",
                f"{sample.median / samples[base].median:.2f}",
            )
            for name, sample in samples.items()
        ],
    )
