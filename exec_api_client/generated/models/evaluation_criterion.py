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
class EvaluationCriterion(Model):
    """A rubric criterion with its evaluated items and feedback examples.

    Attributes:
        criterion_name: Name of the parent evaluation criterion
        items: Evaluated items under this criterion

    API reference: the schema `EvaluationCriterion`.
    """

    criterion_name: str
    items: list[EvaluationItem]
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(("criterion_name", "items"), UNSET)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        try:
            self = new(cls)
            self.criterion_name = data["criterion_name"]
            self.items = (
                [_evaluation_item.read_evaluation_item(i) if i.__class__ is dict else i for i in v]
                if (v := data["items"]).__class__ is list
                else v
            )
            self._unknown = None if len(data) == 2 else unknown_fields(data, cls._absent)
            return self
        except KeyError:
            return cls.from_dict({**cls._absent, **data})

    def to_dict(self) -> dict[str, Any]:
        return without_absent(
            {
                "criterion_name": self.criterion_name,
                "items": self.items,
            },
            self._unknown,
        )


read_evaluation_criterion = EvaluationCriterion.from_dict

from . import evaluation_item as _evaluation_item
from .evaluation_item import EvaluationItem
