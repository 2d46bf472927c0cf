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
class AssignmentProgram(Model):
    """AssignmentProgram

    Attributes:
        id: Of type `str`.
        name: Of type `str`.

    API reference: described where it is used, without a schema of its own.
    """

    id: str
    name: str
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(("id", "name"), UNSET)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        try:
            self = new(cls)
            self.id = data["id"]
            self.name = data["name"]
            self._unknown = None if len(data) == 2 else unknown_fields(data, cls._absent)
            return self
        except KeyError:
            return cls.from_dict({**cls._absent, **data})

    def to_dict(self) -> dict[str, Any]:
        return without_absent(
            {
                "id": self.id,
                "name": self.name,
            },
            self._unknown,
        )


read_assignment_program = AssignmentProgram.from_dict
