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
class TranscriptLine(Model):
    """A single line in the session transcript.

    Attributes:
        speaker: Speaker identifier (e.g. "ai" for the AI character, "user" for the participant)
        text: The spoken text
        seconds_from_start: Seconds elapsed from the start of the session

    API reference: the schema `TranscriptLine`.
    """

    speaker: str | None
    text: str
    seconds_from_start: float | None
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(("speaker", "text", "seconds_from_start"), UNSET)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        try:
            self = new(cls)
            self.speaker = data["speaker"]
            self.text = data["text"]
            self.seconds_from_start = data["seconds_from_start"]
            self._unknown = None if len(data) == 3 else unknown_fields(data, cls._absent)
            return self
        except KeyError:
            return cls.from_dict({**cls._absent, **data})

    def to_dict(self) -> dict[str, Any]:
        return without_absent(
            {
                "speaker": self.speaker,
                "text": self.text,
                "seconds_from_start": self.seconds_from_start,
            },
            self._unknown,
        )


read_transcript_line = TranscriptLine.from_dict
