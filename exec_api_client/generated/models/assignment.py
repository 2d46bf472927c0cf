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
from ..types import UNSET


@define(repr=False)
class Assignment(Model):
    """A scenario assignment given to a user as a practice task.

    Attributes:
        id: Unique assignment identifier
        user: Of type `User`.
        scenario: A compact scenario reference for embedding in other responses.
        status: Current assignment status
        due_date: When the assignment is due
        best_score: Highest score achieved on this assignment
        best_rank: Rank from the best scoring attempt
        attempt_count: Number of completed attempts
        attempt_min: Minimum attempts required
        attempt_max: Maximum attempts allowed
        rank_min: Minimum rank required to pass
        program: Program this assignment belongs to (null if standalone)
        created_at: Of type `datetime.datetime`.

    API reference: the schema `Assignment`.
    """

    id: str
    user: User
    scenario: ScenarioRef
    status: AssignmentStatus
    due_date: datetime.datetime | None
    best_score: float | None
    best_rank: Rank | None
    attempt_count: int
    attempt_min: int | None
    attempt_max: int | None
    rank_min: Rank | None
    program: AssignmentProgram | None
    created_at: datetime.datetime
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        (
            "id",
            "user",
            "scenario",
            "status",
            "due_date",
            "best_score",
            "best_rank",
            "attempt_count",
            "attempt_min",
            "attempt_max",
            "rank_min",
            "program",
            "created_at",
        ),
        UNSET,
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
            self.status = data["status"]
            self.due_date = parse_datetime(data["due_date"])
            self.best_score = data["best_score"]
            self.best_rank = data["best_rank"]
            self.attempt_count = data["attempt_count"]
            self.attempt_min = data["attempt_min"]
            self.attempt_max = data["attempt_max"]
            self.rank_min = data["rank_min"]
            self.program = (
                _assignment_program.read_assignment_program(v)
                if (v := data["program"]).__class__ is dict
                else v
            )
            self.created_at = parse_datetime(data["created_at"])
            self._unknown = None if len(data) == 13 else unknown_fields(data, cls._absent)
            return self
        except KeyError:
            return cls.from_dict({**cls._absent, **data})

    def to_dict(self) -> dict[str, Any]:
        return without_absent(
            {
                "id": self.id,
                "user": self.user,
                "scenario": self.scenario,
                "status": self.status,
                "due_date": self.due_date,
                "best_score": self.best_score,
                "best_rank": self.best_rank,
                "attempt_count": self.attempt_count,
                "attempt_min": self.attempt_min,
                "attempt_max": self.attempt_max,
                "rank_min": self.rank_min,
                "program": self.program,
                "created_at": self.created_at,
            },
            self._unknown,
        )


read_assignment = Assignment.from_dict

from . import assignment_program as _assignment_program
from . import scenario_ref as _scenario_ref
from . import user as _user
from .assignment_program import AssignmentProgram
from .assignment_status import AssignmentStatus
from .rank import Rank
from .scenario_ref import ScenarioRef
from .user import User
