"""Writing the transcript, the feedback and the evaluation of a session that has none of its own.

What is written depends on the session alone, so it is the same whenever it is asked for.
"""

import math
from dataclasses import dataclass
from random import Random

from .dialogue import BEATS, OUTCOMES, Beat, Move
from .rows import Criterion, Detail, FeedbackExample, Grade, Item, Line, Scenario, Session, rank_of


@dataclass(frozen=True, slots=True)
class _Turn:
    """One beat as it was played: the AI's line and the participant's, with its grade."""

    beat: Beat
    grade: Grade
    asked: str
    said: str
    feedback: str
    better: str | None


def write_detail(session: Session) -> Detail:
    """Return a detail that fits the session.

    A session that never began (no duration) has no transcript; an abandoned one breaks off after
    a beat or two; one without a score has no evaluations and no feedback.
    """
    rng = Random(f"{session.id}/{session.score}")
    score = session.score
    turns = [_play(beat, session.scenario, score, rng) for beat in BEATS]
    if not session.completed:
        turns = turns[: rng.randint(1, 2)]
    transcript = None
    if session.duration_seconds is not None:
        transcript = _transcript(turns, session.duration_seconds, rng)
    if score is None:
        return Detail(transcript=transcript)
    good = [turn for turn in turns if turn.grade == "good"]
    poor = sorted((turn for turn in turns if turn.better), key=lambda turn: turn.grade)
    return Detail(
        outcome_feedback=rng.choice(OUTCOMES[rank_of(score)]),
        positive_feedback=good[0].feedback if good else None,
        constructive_feedback=f'Consider: "{poor[0].better}"' if poor else None,
        transcript=transcript,
        evaluations=_evaluations(turns, rng),
    )


def _play(beat: Beat, scenario: Scenario, score: float | None, rng: Random) -> _Turn:
    strength = (60.0 if score is None else score) + rng.uniform(-22, 22)
    grade: Grade = "good" if strength >= 72 else "mid" if strength >= 48 else "bad"
    moves: dict[Grade, tuple[Move, ...]] = {"good": beat.good, "mid": beat.mid, "bad": beat.bad}
    move = rng.choice(moves[grade])
    return _Turn(
        beat=beat,
        grade=grade,
        asked=_fill(rng.choice(beat.ai), scenario),
        said=_fill(move.text, scenario),
        feedback=move.feedback,
        better=move.better and _fill(move.better, scenario),
    )


def _fill(template: str, scenario: Scenario) -> str:
    return template.format(
        persona=scenario.persona,
        first=scenario.persona.split()[0].rstrip(","),
        company=scenario.company,
        offer=scenario.offer,
        Offer=scenario.offer[:1].upper() + scenario.offer[1:],
        pain=scenario.pain,
        doubt=scenario.doubt,
    )


def _transcript(turns: list[_Turn], duration: float, rng: Random) -> tuple[Line, ...]:
    """Return the lines, each at its time; now and then one could not be made out."""
    step = duration / (2 * len(turns))
    lines: list[Line] = []
    for number, turn in enumerate(turns):
        start = 2 * number * step
        reply = start + step * rng.uniform(0.5, 1.0)
        lines.append(Line(speaker="ai", text=turn.asked, seconds_from_start=_tenth(start)))
        if rng.random() < 0.02:
            lines.append(Line(speaker=None, text="[inaudible]", seconds_from_start=None))
        lines.append(Line(speaker="user", text=turn.said, seconds_from_start=_tenth(reply)))
    return tuple(lines)


def _tenth(seconds: float) -> float:
    return math.floor(seconds * 10) / 10


def _evaluations(turns: list[_Turn], rng: Random) -> tuple[Criterion, ...]:
    items: dict[str, list[Item]] = {}
    for turn in turns:
        items.setdefault(turn.beat.criterion, []).append(_item(turn, rng))
    return tuple(Criterion(name=name, items=tuple(each)) for name, each in items.items())


def _item(turn: _Turn, rng: Random) -> Item:
    """Return the graded item; a few were not relevant, or got no grade."""
    chance = rng.random()
    if chance < 0.03:
        return Item(name=turn.beat.item, grade="not_relevant")
    if chance < 0.05:
        return Item(name=turn.beat.item)
    examples: tuple[FeedbackExample, ...] = ()
    if chance < 0.8:
        example = FeedbackExample(
            quote=turn.said,
            feedback=turn.feedback,
            suggestion_quote=turn.better,
            grade=turn.grade,
            salience="mid" if turn.grade == "mid" else "high",
        )
        examples = (example,)
    return Item(name=turn.beat.item, grade=turn.grade, feedback=turn.feedback, examples=examples)
