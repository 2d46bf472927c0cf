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
class User(Model):
    """User

    Attributes:
        id: Unique user identifier
        email: User's email address
        first_name: User's first name
        last_name: User's last name

    API reference: the schema `User`.
    """

    id: str
    email: str
    first_name: str
    last_name: str
    _unknown: dict[str, Any] | None = attrs_field(
        default=None, alias="additional_properties", eq=lambda unknown: unknown or None
    )

    _absent: ClassVar[Mapping[str, Any]] = dict.fromkeys(("id", "email", "first_name", "last_name"), UNSET)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        try:
            self = new(cls)
            self.id = data["id"]
            self.email = data["email"]
            self.first_name = data["first_name"]
            self.last_name = data["last_name"]
            self._unknown = None if len(data) == 4 else unknown_fields(data, cls._absent)
            return self
        except KeyError:
            return cls.from_dict({**cls._absent, **data})

    def to_dict(self) -> dict[str, Any]:
        return without_absent(
            {
                "id": self.id,
                "email": self.email,
                "first_name": self.first_name,
                "last_name": self.last_name,
            },
            self._unknown,
        )


read_user = User.from_dict
