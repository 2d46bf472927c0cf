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
class SessionListItem(Model):
    """A roleplay session summary for list responses.

    Attributes:
        id: Unique session identifier
        user: The user who participated in this session
        scenario: The scenario that was practiced
        score: Session score (0-100 scale)
        rank: Performance rank based on score
        duration_seconds: Session duration in seconds
        is_valid_attempt: Whether this session counts as a valid graded attempt. A session is valid when it was
            completed (not abandoned), received AI grading, and has a score. Use valid attempts for
            analytics; non-valid sessions may be incomplete or ungraded.
        created_at: When the session was created

    API reference: the schema `SessionListItem`.
    """

    id: str
    user: User
    scenario: ScenarioRef
    score: float | None
    rank: Rank | None
    duration_seconds: float | None
    is_valid_attempt: bool
    created_at: datetime.datetime
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        ("id", "user", "scenario", "score", "rank", "duration_seconds", "is_valid_attempt", "created_at"),
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
            self.score = data["score"]
            self.rank = data["rank"]
            self.duration_seconds = data["duration_seconds"]
            self.is_valid_attempt = data["is_valid_attempt"]
            self.created_at = parse_datetime(data["created_at"])
            self._unknown = None if len(data) == 8 else unknown_fields(data, cls._absent)
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
                "created_at": self.created_at,
            },
            self._unknown,
        )


read_session_list_item = SessionListItem.from_dict

from . import scenario_ref as _scenario_ref
from . import user as _user
from .rank import Rank
from .scenario_ref import ScenarioRef
from .user import User
