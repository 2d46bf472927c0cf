"""The workspace that holds the rows, and the only thing here that changes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from .rows import Assignment, Named, Row, Scenario, Session, User


class World:
    """A workspace: its rows by id, and a version that grows with each change.

    The mappings are read-only views; rows come and go through `add` and `remove`.

    Args:
        rows: Users, scenarios, sessions and assignments, in any order. Default: none.
        groups: What users belong to. Default: none.
        skills: What scenarios belong to. Default: none.
        collections: What scenarios belong to. Default: none.
        programs: What scenarios belong to. Default: none.
        now: The instant that the rows were made for, or None. For information only.

    Raises:
        ValueError: As in `add`.
    """

    def __init__(
        self,
        rows: Iterable[Row] = (),
        *,
        groups: Iterable[Named] = (),
        skills: Iterable[Named] = (),
        collections: Iterable[Named] = (),
        programs: Iterable[Named] = (),
        now: datetime | None = None,
    ) -> None:
        self.groups = tuple(groups)
        self.skills = tuple(skills)
        self.collections = tuple(collections)
        self.programs = tuple(programs)
        self.now = now
        self.version = 0
        self._users: dict[str, User] = {}
        self._scenarios: dict[str, Scenario] = {}
        self._sessions: dict[str, Session] = {}
        self._assignments: dict[str, Assignment] = {}
        self.users: Mapping[str, User] = MappingProxyType(self._users)
        self.scenarios: Mapping[str, Scenario] = MappingProxyType(self._scenarios)
        self.sessions: Mapping[str, Session] = MappingProxyType(self._sessions)
        self.assignments: Mapping[str, Assignment] = MappingProxyType(self._assignments)
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Add a row.

        Raises:
            ValueError: Its id or slug is taken.
        """
        if any(row.id in table for table in self._tables()):
            raise ValueError(f"there is already a row with the id {row.id!r}")
        match row:
            case User():
                self._users[row.id] = row
            case Scenario():
                if any(row.slug == other.slug for other in self._scenarios.values()):
                    raise ValueError(f"there is already a scenario with the slug {row.slug!r}")
                self._scenarios[row.id] = row
            case Session():
                self._sessions[row.id] = row
            case Assignment():
                self._assignments[row.id] = row
        self.version += 1

    def remove(self, row_id: str) -> Row:
        """Remove the row with that id and return it; rows that refer to it stay as they are.

        Raises:
            KeyError: There is none.
        """
        for table in self._tables():
            if row_id in table:
                self.version += 1
                return table.pop(row_id)
        raise KeyError(row_id)

    def find_user(self, key: str) -> User | None:
        """Return the user with that id or email, or None."""
        email = key.lower()
        by_email = (user for user in self._users.values() if user.email.lower() == email)
        return self._users.get(key) or next(by_email, None)

    def find_scenario(self, key: str) -> Scenario | None:
        """Return the scenario with that id or slug, or None."""
        by_slug = (scenario for scenario in self._scenarios.values() if scenario.slug == key)
        return self._scenarios.get(key) or next(by_slug, None)

    def _tables(
        self,
    ) -> tuple[dict[str, User], dict[str, Scenario], dict[str, Session], dict[str, Assignment]]:
        return self._users, self._scenarios, self._sessions, self._assignments
