from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from attrs import define
from attrs import field as attrs_field

from ..._runtime.models import (
    Model,
    new,
    unknown_fields,
    without_absent,
)
from ..types import UNSET


@define(repr=False)
class ScenarioParticipantEntry(Model):
    """Per-user performance data for a scenario.

    Attributes:
        user: Of type `User`.
        session_count: Number of sessions the user completed
        first_score: Score from the user's first attempt
        first_rank: Rank from the first attempt
        best_score: User's highest score
        best_rank: Rank from the best score
        lift_percentage: Improvement from first to best score
        total_duration_seconds: Total practice time in seconds

    API reference: the schema `ScenarioParticipantEntry`.
    """

    user: User
    session_count: int
    first_score: float | None
    first_rank: Rank | None
    best_score: float | None
    best_rank: Rank | None
    lift_percentage: float | None
    total_duration_seconds: float
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        (
            "user",
            "session_count",
            "first_score",
            "first_rank",
            "best_score",
            "best_rank",
            "lift_percentage",
            "total_duration_seconds",
        ),
        UNSET,
    )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        try:
            self = new(cls)
            self.user = _user.read_user(v) if (v := data["user"]).__class__ is dict else v
            self.session_count = data["session_count"]
            self.first_score = data["first_score"]
            self.first_rank = data["first_rank"]
            self.best_score = data["best_score"]
            self.best_rank = data["best_rank"]
            self.lift_percentage = data["lift_percentage"]
            self.total_duration_seconds = data["total_duration_seconds"]
            self._unknown = None if len(data) == 8 else unknown_fields(data, cls._absent)
            return self
        except KeyError:
            return cls.from_dict({**cls._absent, **data})

    def to_dict(self) -> dict[str, Any]:
        return without_absent(
            {
                "user": self.user,
                "session_count": self.session_count,
                "first_score": self.first_score,
                "first_rank": self.first_rank,
                "best_score": self.best_score,
                "best_rank": self.best_rank,
                "lift_percentage": self.lift_percentage,
                "total_duration_seconds": self.total_duration_seconds,
            },
            self._unknown,
        )


read_scenario_participant_entry = ScenarioParticipantEntry.from_dict

from . import user as _user
from .rank import Rank
from .user import User
