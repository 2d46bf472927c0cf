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
class EvaluationItem(Model):
    """An individual evaluation item with grade, feedback, and evidence.

    Attributes:
        name: Name of the evaluation item
        grade: Grade received on this item
        feedback: Detailed feedback for this item
        feedback_examples: Specific transcript evidence supporting the evaluation (filtered to High/Mid salience)

    API reference: the schema `EvaluationItem`.
    """

    name: str
    grade: Grade | None
    feedback: str | None
    feedback_examples: list[FeedbackExample]
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        ("name", "grade", "feedback", "feedback_examples"), UNSET
    )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        try:
            self = new(cls)
            self.name = data["name"]
            self.grade = data["grade"]
            self.feedback = data["feedback"]
            self.feedback_examples = (
                [_feedback_example.read_feedback_example(i) if i.__class__ is dict else i for i in v]
                if (v := data["feedback_examples"]).__class__ is list
                else v
            )
            self._unknown = None if len(data) == 4 else unknown_fields(data, cls._absent)
            return self
        except KeyError:
            return cls.from_dict({**cls._absent, **data})

    def to_dict(self) -> dict[str, Any]:
        return without_absent(
            {
                "name": self.name,
                "grade": self.grade,
                "feedback": self.feedback,
                "feedback_examples": self.feedback_examples,
            },
            self._unknown,
        )


read_evaluation_item = EvaluationItem.from_dict

from . import feedback_example as _feedback_example
from .feedback_example import FeedbackExample
from .grade import Grade
