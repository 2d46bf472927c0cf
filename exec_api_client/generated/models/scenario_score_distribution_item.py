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
class ScenarioScoreDistributionItem(Model):
    """ScenarioScoreDistributionItem

    Attributes:
        rank: Performance rank
        count: Number of participants at this rank
        percentage: Percentage of participants at this rank

    API reference: described where it is used, without a schema of its own.
    """

    rank: Rank
    count: int
    percentage: float
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(("rank", "count", "percentage"), UNSET)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        try:
            self = new(cls)
            self.rank = data["rank"]
            self.count = data["count"]
            self.percentage = data["percentage"]
            self._unknown = None if len(data) == 3 else unknown_fields(data, cls._absent)
            return self
        except KeyError:
            return cls.from_dict({**cls._absent, **data})

    def to_dict(self) -> dict[str, Any]:
        return without_absent(
            {
                "rank": self.rank,
                "count": self.count,
                "percentage": self.percentage,
            },
            self._unknown,
        )


read_scenario_score_distribution_item = ScenarioScoreDistributionItem.from_dict

from .rank import Rank
