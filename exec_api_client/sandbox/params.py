"""Reading a query string as strictly as the published document describes it.

A real server may forgive more. The sandbox forgives nothing and says what it did not like: a
mistake in a parameter's name or in a list's form, unseen, reads the wrong rows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import parse_qsl

Choice = TypeVar("Choice", bound=str)

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 100
MAX_PARAMETERS = 100

_WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})"
)


class BadParameterError(Exception):
    """A parameter that cannot be used; becomes a 400 with this code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page: `number` from 1, `size` from 1 to 100."""

    number: int = 1
    size: int = DEFAULT_PAGE_SIZE


class Params:
    """The parameters of one request, each read once by the method that fits its type.

    Every method returns what "not sent" means (None, False or the default) where the parameter
    is absent, and raises BadParameterError where it is there and cannot be used.

    Args:
        query: The query string, percent-encoded.

    Raises:
        BadParameterError: The string cannot be read or repeats a parameter.
    """

    def __init__(self, query: str) -> None:
        try:
            pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
        except ValueError as error:  # not UTF-8, or too many
            raise BadParameterError("invalid_query", f"The query string cannot be read: {error}") from None
        self._values: dict[str, str] = {}
        self._read: set[str] = set()
        for name, value in pairs:
            if name in self._values:
                raise BadParameterError(
                    "repeated_parameter",
                    f"{name} is given more than once; several values go into one, comma-separated",
                )
            self._values[name] = value

    def words(self, name: str) -> frozenset[str] | None:
        """Read a comma-separated list."""
        text = self._take(name)
        if text is None:
            return None
        words = [word.strip() for word in text.split(",")]
        if not all(words):
            raise BadParameterError(
                "invalid_parameter",
                f"{name} has an empty value in {text!r}; leave it out to not filter by it",
            )
        return frozenset(words)

    def choices(self, name: str, allowed: Sequence[Choice]) -> frozenset[Choice] | None:
        """Read a comma-separated list of values from `allowed`."""
        words = self.words(name)
        if words is None:
            return None
        chosen = frozenset(value for value in allowed if value in words)
        unknown = words - chosen
        if unknown:
            raise _not_among(name, ", ".join(sorted(unknown)), allowed)
        return chosen

    def choice(self, name: str, allowed: Sequence[Choice], default: Choice) -> Choice:
        """Read one value from `allowed`."""
        text = self._take(name)
        if text is None:
            return default
        for value in allowed:
            if value == text:
                return value
        raise _not_among(name, text, allowed)

    def flag(self, name: str) -> bool:
        """Read `true` or `false`; absent is False."""
        return self.choice(name, ("true", "false"), "false") == "true"

    def instant(self, name: str) -> datetime | None:
        """Read an ISO 8601 date and time with an offset."""
        text = self._take(name)
        if text is None:
            return None
        try:
            if _INSTANT.fullmatch(text.upper()):
                return datetime.fromisoformat(text.upper())
        except ValueError:  # the right form, but no such day or hour
            pass
        hint = "; a + is sent as %2B" if " " in text else ""
        raise BadParameterError(
            "invalid_date",
            f"{name} must be an ISO 8601 datetime with an offset, like 2026-03-01T00:00:00Z,"
            f" not {text!r}{hint}",
        )

    def paging(self) -> Paging:
        """Read `page` and `page_size`."""
        return Paging(
            self._number("page", 1, None), self._number("page_size", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)
        )

    def refuse_others(self) -> None:
        """Refuse parameters that no method was asked for.

        Raises:
            BadParameterError: There are some; it names every one.
        """
        others = sorted(self._values.keys() - self._read)
        if others:
            known = ", ".join(sorted(self._read))
            raise BadParameterError(
                "unknown_parameter", f"Unknown parameter: {', '.join(others)}; known here: {known}"
            )

    def _take(self, name: str) -> str | None:
        self._read.add(name)
        return self._values.get(name)

    def _number(self, name: str, default: int, highest: int | None) -> int:
        text = self._take(name)
        if text is None:
            return default
        number = int(text) if _WHOLE_NUMBER.fullmatch(text) else 0
        if number < 1 or (highest is not None and number > highest):
            bounds = "a whole number from 1" + (f" to {highest}" if highest is not None else "")
            raise BadParameterError(
                "invalid_pagination",
                f"Invalid pagination parameters: {name} must be {bounds}, not {text[:40]!r}",
            )
        return number


def _not_among(name: str, given: str, allowed: Sequence[str]) -> BadParameterError:
    return BadParameterError(
        "invalid_parameter", f"{name} cannot be {given!r}; it takes {', '.join(allowed)}"
    )
