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
class ScenarioAnalyticsSummary(Model):
    """Aggregate analytics metrics for a scenario.

    Attributes:
        participant_count: Number of unique participants with graded sessions
        total_sessions: Total number of graded sessions
        average_best_score: Average of each participant's best score (0-100)
        average_best_rank: Rank corresponding to the average best score
        average_lift_percentage: Average improvement (best - first score) across participants
        total_practice_minutes: Total practice time across all sessions in minutes
        average_session_duration_seconds: Average duration per session in seconds
        score_distribution: Rank distribution across participants based on best scores (Gold ≥90, Silver ≥75, Bronze
            ≥50, Unranked <50).

    API reference: the schema `ScenarioAnalyticsSummary`.
    """

    participant_count: int
    total_sessions: int
    average_best_score: float
    average_best_rank: Rank
    average_lift_percentage: float
    total_practice_minutes: int
    average_session_duration_seconds: float
    score_distribution: list[ScenarioScoreDistributionItem]
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        (
            "participant_count",
            "total_sessions",
            "average_best_score",
            "average_best_rank",
            "average_lift_percentage",
            "total_practice_minutes",
            "average_session_duration_seconds",
            "score_distribution",
        ),
        UNSET,
    )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        try:
            self = new(cls)
            self.participant_count = data["participant_count"]
            self.total_sessions = data["total_sessions"]
            self.average_best_score = data["average_best_score"]
            self.average_best_rank = data["average_best_rank"]
            self.average_lift_percentage = data["average_lift_percentage"]
            self.total_practice_minutes = data["total_practice_minutes"]
            self.average_session_duration_seconds = data["average_session_duration_seconds"]
            self.score_distribution = (
                [
                    _scenario_score_distribution_item.read_scenario_score_distribution_item(i)
                    if i.__class__ is dict
                    else i
                    for i in v
                ]
                if (v := data["score_distribution"]).__class__ is list
                else v
            )
            self._unknown = None if len(data) == 8 else unknown_fields(data, cls._absent)
            return self
        except KeyError:
            return cls.from_dict({**cls._absent, **data})

    def to_dict(self) -> dict[str, Any]:
        return without_absent(
            {
                "participant_count": self.participant_count,
                "total_sessions": self.total_sessions,
                "average_best_score": self.average_best_score,
                "average_best_rank": self.average_best_rank,
                "average_lift_percentage": self.average_lift_percentage,
                "total_practice_minutes": self.total_practice_minutes,
                "average_session_duration_seconds": self.average_session_duration_seconds,
                "score_distribution": self.score_distribution,
            },
            self._unknown,
        )


read_scenario_analytics_summary = ScenarioAnalyticsSummary.from_dict

from . import scenario_score_distribution_item as _scenario_score_distribution_item
from .rank import Rank
from .scenario_score_distribution_item import ScenarioScoreDistributionItem
