from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from attrs import define
from attrs import field as attrs_field

from ..._runtime.models import (
    Model,
    new,
    parse_datetime,
    unknown_fields,
    without_absent,
)
from ..types import UNSET, Unset


@define(repr=False)
class SessionDetail(Model):
    """Full roleplay session detail with optional transcript and evaluations.

    Attributes:
        id: Unique session identifier
        user: Of type `User`.
        scenario: A compact scenario reference for embedding in other responses.
        score: Session score (0-100 scale)
        rank: Performance rank based on score
        duration_seconds: Session duration in seconds
        is_valid_attempt: Whether this session counts as a valid graded attempt. A session is valid when it was
            completed (not abandoned), received AI grading, and has a score. Use valid attempts for
            analytics; non-valid sessions may be incomplete or ungraded.
        outcome_feedback: Overall outcome summary from the AI evaluator
        positive_feedback: What the participant did well
        constructive_feedback: Areas for improvement
        created_at: When the session was created
        transcript: Conversation transcript lines, excluding system messages (only included when requested via
            `?include=transcript`)
        evaluations: Evaluation criteria with grades (only included when requested via `?include=evaluations`)

    API reference: the schema `SessionDetail`.
    """

    id: str
    user: User
    scenario: ScenarioRef
    score: float | None
    rank: Rank | None
    duration_seconds: float | None
    is_valid_attempt: bool
    outcome_feedback: str | None
    positive_feedback: str | None
    constructive_feedback: str | None
    created_at: datetime.datetime
    transcript: list[TranscriptLine] | None | Unset = UNSET
    evaluations: list[EvaluationCriterion] | None | Unset = UNSET
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        (
            "id",
            "user",
            "scenario",
            "score",
            "rank",
            "duration_seconds",
            "is_valid_attempt",
            "outcome_feedback",
            "positive_feedback",
            "constructive_feedback",
            "created_at",
        ),
        UNSET,
    )
    _known: ClassVar[frozenset[str]] = frozenset(
        (
            "id",
            "user",
            "scenario",
            "score",
            "rank",
            "duration_seconds",
            "is_valid_attempt",
            "outcome_feedback",
            "positive_feedback",
            "constructive_feedback",
            "created_at",
            "transcript",
            "evaluations",
        )
    )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        try:
            self = new(cls)
            self.id = data["id"]
            self.user = _user.read_user(v) if (v := data["user"]).__class__ is dict else v
            self.scenario = (
                _scenario_ref.read_scenario_ref(v) if (v := data["scenario"]).__class__ is dict else v
            )
            self.score = data["score"]
            self.rank = data["rank"]
            self.duration_seconds = data["duration_seconds"]
            self.is_valid_attempt = data["is_valid_attempt"]
            self.outcome_feedback = data["outcome_feedback"]
            self.positive_feedback = data["positive_feedback"]
            self.constructive_feedback = data["constructive_feedback"]
            self.created_at = parse_datetime(data["created_at"])
            self.transcript = (
                [_transcript_line.read_transcript_line(i) if i.__class__ is dict else i for i in v]
                if (v := data.get("transcript", UNSET)).__class__ is list
                else v
            )
            self.evaluations = (
                [_evaluation_criterion.read_evaluation_criterion(i) if i.__class__ is dict else i for i in v]
                if (v := data.get("evaluations", UNSET)).__class__ is list
                else v
            )
            self._unknown = None if data.keys() <= cls._known else unknown_fields(data, cls._known)
            return self
        except KeyError:
            return cls.from_dict({**cls._absent, **data})

    def to_dict(self) -> dict[str, Any]:
        return without_absent(
            {
                "id": self.id,
                "user": self.user,
                "scenario": self.scenario,
                "score": self.score,
                "rank": self.rank,
                "duration_seconds": self.duration_seconds,
                "is_valid_attempt": self.is_valid_attempt,
                "outcome_feedback": self.outcome_feedback,
                "positive_feedback": self.positive_feedback,
                "constructive_feedback": self.constructive_feedback,
                "created_at": self.created_at,
                "transcript": self.transcript,
                "evaluations": self.evaluations,
            },
            self._unknown,
        )


read_session_detail = SessionDetail.from_dict

from . import evaluation_criterion as _evaluation_criterion
from . import scenario_ref as _scenario_ref
from . import transcript_line as _transcript_line
from . import user as _user
from .evaluation_criterion import EvaluationCriterion
from .rank import Rank
from .scenario_ref import ScenarioRef
from .transcript_line import TranscriptLine
from .user import User
