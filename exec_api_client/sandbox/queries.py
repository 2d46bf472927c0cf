"""The parameters of a query: reading, filtering, sorting and paging.

The sandbox is as strict as the published document. It says why it refuses a parameter, because an
unnoticed mistake in a name or in a list would read the wrong rows.
"""

import contextlib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from urllib.parse import parse_qsl

from .messages import Json
from .world import RANKS, STATUSES, Assignment, Session, User

T = TypeVar("T")
Choice = TypeVar("Choice", bound=str)

_WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")


class BadParameterError(Exception):
    """A parameter that is refused with status 400, this code and this message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Params:
    """The parameters of one request. A method for each type reads one by name.

    For an absent parameter each method returns None, False or the default.

    Args:
        query: The query string, percent-encoded.
        strict: Whether `finish` refuses unknown parameters.

    Raises:
        BadParameterError: The string cannot be read, or a parameter is repeated. Every method
            raises it for a parameter that is not valid.
    """

    def __init__(self, query: str, *, strict: bool) -> None:
        try:
            pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
        except ValueError as error:  # not UTF-8, or too many
            raise BadParameterError("invalid_query", f"The query string cannot be read: {error}") from None
        self._strict = strict
        self._values: dict[str, str] = {}
        self._known: set[str] = set()
        for name, value in pairs:
            if name in self._values:
                message = f"{name} is given more than once; write its values into one, comma-separated"
                raise BadParameterError("repeated_parameter", message)
            self._values[name] = value

    @property
    def filters(self) -> frozenset[tuple[str, str]]:
        """All parameters except the page: the same for all pages of one list."""
        return frozenset(pair for pair in self._values.items() if pair[0] not in ("page", "page_size"))

    def words(self, name: str) -> frozenset[str] | None:
        """Read a comma-separated list."""
        text = self._take(name)
        if text is None:
            return None
        words = [word.strip() for word in text.split(",")]
        if not all(words):
            message = f"{name} has an empty value in {text!r}; leave it out to not filter by it"
            raise BadParameterError("invalid_parameter", message)
        return frozenset(words)

    def choices(self, name: str, allowed: Sequence[str]) -> frozenset[str] | None:
        """Read a comma-separated list of values from `allowed`."""
        words = self.words(name)
        if words is not None and (unknown := words.difference(allowed)):
            raise _not_among(name, ", ".join(sorted(unknown)), allowed)
        return words

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        """Read one value from `allowed`."""
        text = self._take(name)
        if text is not None and text not in allowed:
            raise _not_among(name, text, allowed)
        return default if text is None else text

    def flag(self, name: str) -> bool:
        """Read `true` or `false`."""
        return self.choice(name, ("true", "false"), "false") == "true"

    def instant(self, name: str) -> datetime | None:
        """Read an ISO 8601 date and time with an offset."""
        text = self._take(name)
        if text is None:
            return None
        with contextlib.suppress(ValueError):
            instant = datetime.fromisoformat(text)
            if instant.tzinfo is not None:
                return instant
        hint = "; write + as %2B" if " " in text else ""
        message = (
            f"{name} must be an ISO 8601 datetime with an offset, like 2026-03-01T00:00:00Z,"
            f" not {text!r}{hint}"
        )
        raise BadParameterError("invalid_date", message)

    def paging(self) -> tuple[int, int]:
        """Read `page` and `page_size`."""
        return self._number("page", 1), self._number("page_size", 50, 100)

    def finish(self) -> None:
        """Refuse the parameters that no method has read, where the sandbox is strict."""
        unknown = sorted(self._values.keys() - self._known)
        if unknown and self._strict:
            message = f"Unknown parameter: {', '.join(unknown)}; known here: {', '.join(sorted(self._known))}"
            raise BadParameterError("unknown_parameter", message)

    def _take(self, name: str) -> str | None:
        self._known.add(name)
        return self._values.get(name)

    def _number(self, name: str, default: int, highest: int | None = None) -> int:
        text = self._take(name)
        if text is None:
            return default
        number = int(text) if _WHOLE_NUMBER.fullmatch(text) else 0
        if number < 1 or (highest is not None and number > highest):
            bounds = "a whole number from 1" + (f" to {highest}" if highest is not None else "")
            message = f"Invalid pagination parameters: {name} must be {bounds}, not {text[:40]!r}"
            raise BadParameterError("invalid_pagination", message)
        return number


def _not_among(name: str, given: str, allowed: Sequence[str]) -> BadParameterError:
    message = f"{name} must be one of {', '.join(allowed)}, not {given!r}"
    return BadParameterError("invalid_parameter", message)


# --- filters: each function reads its parameters and returns the test of a row


def session_filter(params: Params) -> Callable[[Session], bool]:
    """Return the filter of the list of sessions.

    Collections, skills and programs are those of the session's scenario.
    """
    attempt = attempt_filter(params)
    scenario_ids = params.words("scenario_ids")
    collection_ids = params.words("collection_ids")
    skill_ids = params.words("skill_ids")
    program_ids = params.words("program_ids")
    ranks = params.choices("rank", RANKS)

    def matches(session: Session) -> bool:
        scenario = session.scenario
        return (
            attempt(session)
            and _any_of(scenario_ids, scenario.id)
            and _any_of(collection_ids, *scenario.collection_ids)
            and _any_of(skill_ids, *scenario.skill_ids)
            and _any_of(program_ids, *scenario.program_ids)
            and _any_of(ranks, session.rank)
        )

    return matches


def attempt_filter(params: Params) -> Callable[[Session], bool]:
    """Return the filter by user and time that sessions and analytics share.

    Start and end are both included. The time of a session is the second that the API shows.
    """
    user = _user_filter(params)
    group_ids = params.words("group_ids")
    start, end = params.instant("start_date"), params.instant("end_date")
    without_system = params.flag("exclude_system_users")

    def matches(session: Session) -> bool:
        created = session.created_at.replace(microsecond=0)
        return (
            user(session.user)
            and _any_of(group_ids, *session.user.group_ids)
            and (start is None or created >= start)
            and (end is None or created <= end)
            and not (without_system and session.user.is_system)
        )

    return matches


def assignment_filter(params: Params) -> Callable[[Assignment], bool]:
    """Return the filter of the list of assignments."""
    user = _user_filter(params)
    scenario_ids, program_ids = params.words("scenario_ids"), params.words("program_ids")
    statuses = params.choices("status", STATUSES)

    def matches(assignment: Assignment) -> bool:
        return (
            user(assignment.user)
            and _any_of(scenario_ids, assignment.scenario.id)
            and _any_of(program_ids, assignment.program.id if assignment.program else None)
            and _any_of(statuses, assignment.status)
        )

    return matches


def _user_filter(params: Params) -> Callable[[User], bool]:
    """Return the filter by user: the union of `user_ids` and `user_emails`."""
    ids, emails = params.words("user_ids"), params.words("user_emails")
    lower = {email.lower() for email in emails or ()}

    def matches(user: User) -> bool:
        return (ids is None and emails is None) or user.id in (ids or ()) or user.email.lower() in lower

    return matches


def _any_of(wanted: frozenset[str] | None, *values: str | None) -> bool:
    return wanted is None or not wanted.isdisjoint(values)


# --- order and pages

SESSION_VALUES: Mapping[str, Callable[[Session], float | None]] = {
    "created_at": lambda session: session.created_at.replace(microsecond=0).timestamp(),
    "score": lambda session: session.score,
    "duration": lambda session: session.duration_seconds,
}
"""The values that the list of sessions can be sorted by."""


def sortings(names: Iterable[str]) -> tuple[str, ...]:
    """Return the values of `sorting`: each name, and with `-` before it for the highest first."""
    return tuple(sign + name for name in names for sign in ("", "-"))


def sort(
    rows: Iterable[T], sorting: str, value: Callable[[T], float | None], identity: Callable[[T], str]
) -> list[T]:
    """Return the rows in order.

    Args:
        rows: The rows to sort.
        sorting: Begins with `-` for the highest first.
        value: Returns the value to sort by. Rows without a value come last in both directions.
        identity: Decides between equal rows, always ascending, so that pages are stable.
    """
    by_identity = sorted(rows, key=identity)
    known = [row for row in by_identity if value(row) is not None]
    known.sort(key=lambda row: value(row) or 0.0, reverse=sorting.startswith("-"))
    return known + [row for row in by_identity if value(row) is None]


def cut_page(rows: Sequence[T], paging: tuple[int, int], render: Callable[[T], Json]) -> Json:
    """Return the body of one page of a list. Beyond the last page it is empty."""
    number, size = paging
    start = (number - 1) * size
    return {
        "data": [render(row) for row in rows[start : start + size]],
        "pagination": {
            "page": number,
            "page_size": size,
            "total_count": len(rows),
            "total_pages": math.ceil(len(rows) / size),
        },
    }
