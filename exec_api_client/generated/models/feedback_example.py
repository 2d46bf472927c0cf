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
class FeedbackExample(Model):
    """A specific piece of evidence from the transcript supporting an evaluation.

    Attributes:
        quote: Transcript excerpt
        feedback: Explanation of what was good or could be improved
        suggestion_quote: Suggested alternative phrasing
        grade: Grade for this specific moment
        salience: Importance level of this feedback

    API reference: the schema `FeedbackExample`.
    """

    quote: str
    feedback: str | None
    suggestion_quote: str | None
    grade: Grade | None
    salience: FeedbackExampleSalience | None
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        ("quote", "feedback", "suggestion_quote", "grade", "salience"), UNSET
    )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        try:
            self = new(cls)
            self.quote = data["quote"]
            self.feedback = data["feedback"]
            self.suggestion_quote = data["suggestion_quote"]
            self.grade = data["grade"]
            self.salience = data["salience"]
            self._unknown = None if len(data) == 5 else unknown_fields(data, cls._absent)
            return self
        except KeyError:
            return cls.from_dict({**cls._absent, **data})

    def to_dict(self) -> dict[str, Any]:
        return without_absent(
            {
                "quote": self.quote,
                "feedback": self.feedback,
                "suggestion_quote": self.suggestion_quote,
                "grade": self.grade,
                "salience": self.salience,
            },
            self._unknown,
        )


read_feedback_example = FeedbackExample.from_dict

from .feedback_example_salience import FeedbackExampleSalience
from .grade import Grade
