"""The public names of the generated models: `from exec_api_client.models import Rank`."""

from typing import TYPE_CHECKING, Any

from .generated import models as _generated

if TYPE_CHECKING:
    from .generated.models import *  # noqa: F403 (the generated package lists its names)

__all__ = _generated.__all__  # pyright: ignore[reportUnsupportedDunderAll]


if not TYPE_CHECKING:  # a type checker would take any name for one of a model

    def __getattr__(name: str) -> Any:
        return getattr(_generated, name)


def __dir__() -> list[str]:
    return list(__all__)
