"""The transcript, the feedback and the evaluation of a session without a detail of its own.

They depend on the session alone, so they are the same for every request.
"""

import math
from dataclasses import dataclass
from random import Random

from .messages import Json
from .render import number
from .texts import BEATS, OUTCOMES, Beat, Move
from .world import Detail, Scenario, Session, rank_of


@dataclass(frozen=True, slots=True)
class _Turn:
    """One beat of a session: the AI's line, the participant's reply and its grade."""

    beat: Beat
    grade: str
    asked: str
    said: str
    feedback: str
    better: str | None


def write_detail(session: Session) -> Detail:
    """Return a detail that fits the session.

    A session without a duration has no transcript, and an abandoned session has one or two beats.
    A session without a score has no evaluations and no feedback.
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
    grade = "good" if strength >= 72 else "mid" if strength >= 48 else "bad"
    moves: dict[str, tuple[Move, ...]] = {"good": beat.good, "mid": beat.mid, "bad": beat.bad}
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


def _transcript(turns: list[_Turn], duration: float, rng: Random) -> list[Json]:
    """Return the lines, each with its time. A few lines are inaudible."""
    step = duration / (2 * len(turns))
    lines: list[Json] = []
    for position, turn in enumerate(turns):
        start = 2 * position * step
        reply = start + step * rng.uniform(0.5, 1.0)
        lines.append(_line("ai", turn.asked, start))
        if rng.random() < 0.02:
            lines.append(_line(None, "[inaudible]", None))
        lines.append(_line("user", turn.said, reply))
    return lines


def _line(speaker: str | None, text: str, seconds: float | None) -> Json:
    tenth = None if seconds is None else number(math.floor(seconds * 10) / 10)
    return {"speaker": speaker, "text": text, "seconds_from_start": tenth}


def _evaluations(turns: list[_Turn], rng: Random) -> list[Json]:
    items: dict[str, list[Json]] = {}
    for turn in turns:
        items.setdefault(turn.beat.criterion, []).append(_item(turn, rng))
    return [{"criterion_name": name, "items": each} for name, each in items.items()]


def _item(turn: _Turn, rng: Random) -> Json:
    """Return the graded item. A few items are not relevant or have no grade."""
    chance = rng.random()
    graded = chance >= 0.05
    example = {
        "quote": turn.said,
        "feedback": turn.feedback,
        "suggestion_quote": turn.better,
        "grade": turn.grade,
        "salience": "mid" if turn.grade == "mid" else "high",
    }
    return {
        "name": turn.beat.item,
        "grade": turn.grade if graded else "not_relevant" if chance < 0.03 else None,
        "feedback": turn.feedback if graded else None,
        "feedback_examples": [example] if graded and chance < 0.8 else [],
    }
