"""A believable workspace from a seed. The same seed and `now` give the same bytes."""

import re
import string
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from . import texts
from .checks import is_whole, require, require_aware
from .world import Assignment, Named, Rank, Scenario, Session, Status, User, World, rank_of

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
"""The default `now` of a workspace. It is fixed, so that a test has the same data in a year."""

SPREAD = timedelta(days=180)
"""The time before `now` that the sessions are spread over."""

_ASSIGNMENTS_PER_STATUS = 18
_STATUSES_IN_TURN: tuple[Status, ...] = (
    "did_not_pass",
    "completed",
    "past_due",
    "in_progress",
    "not_started",
)
_RANKS_UP: tuple[Rank, ...] = ("unranked", "bronze", "silver", "gold")


def generate(seed: int = 7, *, sessions: int = 400, now: datetime = NOW) -> World:
    """Return a workspace.

    Some users are removed, and some are Exec's own. One scenario has no sessions. Some sessions
    are abandoned, some have no grade, and some share their second. With enough sessions there are
    assignments in every status.

    Args:
        seed: Any whole number. Default: 7.
        sessions: The number of sessions. The newest is shortly before `now`. Default: 400.
        now: A datetime with a time zone: the present of the workspace, for "newest" and
            "overdue". All data move with it. Default: NOW.

    Raises:
        ValueError: `sessions` is not 0 or more, or `now` has no time zone.
    """
    require(is_whole(sessions, 0), "sessions", sessions, "a whole number, 0 or more")
    require_aware("now", now)
    return _Builder(Random(f"workspace/{seed}"), now.astimezone(UTC)).build(sessions)


class _Builder:
    """One generation. The order of its steps makes it repeatable."""

    def __init__(self, rng: Random, now: datetime) -> None:
        self.rng = rng
        self.now = now.replace(microsecond=0)
        self.groups = self._named("g", texts.GROUPS)
        self.skills = self._named("k", texts.SKILLS)
        self.collections = self._named("c", texts.COLLECTIONS)
        self.programs = self._named("p", texts.PROGRAMS)
        self.users = self._users()
        self.scenarios = [self._scenario(plot) for plot in texts.PLOTS]

    def build(self, sessions: int) -> World:
        attempts = self._sessions(sessions)
        return World(
            [*self.users, *self.scenarios, *attempts, *self._assignments(attempts)],
            groups=self.groups,
            skills=self.skills,
            collections=self.collections,
            programs=self.programs,
            now=self.now,
        )

    def _id(self, letter: str) -> str:
        """Return an id in the form of the published examples: a letter and eleven characters."""
        return letter + "".join(self.rng.choices(string.digits + "abcdef", k=11))

    def _uuid(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def _named(self, letter: str, names: Sequence[str]) -> list[Named]:
        return [Named(id=self._id(letter), name=name) for name in names]

    def _users(self) -> list[User]:
        users: list[User] = []
        for removed, people in ((False, texts.PEOPLE), (True, texts.FORMER)):
            for first, last in people:
                groups = [] if removed else self.rng.sample(self.groups, self.rng.randint(1, 2))
                mailbox = f"{_ascii(first)}.{_ascii(last)}"
                users.append(
                    User(
                        id=self._id("u"),
                        email=f"{mailbox}@{texts.DOMAIN}",
                        first_name=first,
                        last_name=last,
                        group_ids=tuple(group.id for group in groups),
                        removed=removed,
                    )
                )
        for mailbox, first, last in texts.SYSTEM:
            email = f"{mailbox}@exec.com"
            users.append(User(id=self._id("u"), email=email, first_name=first, last_name=last))
        return users

    def _scenario(self, plot: texts.Plot) -> Scenario:
        return Scenario(
            id=self._uuid(),
            name=plot.name,
            slug=plot.name.lower().replace(" ", "-"),
            collection_ids=tuple(self.collections[n].id for n in plot.collections),
            skill_ids=tuple(self.skills[n].id for n in plot.skills),
            program_ids=tuple(self.programs[n].id for n in plot.programs),
            persona=plot.persona,
            company=plot.company,
            offer=plot.offer,
            pain=plot.pain,
            doubt=plot.doubt,
        )

    def _sessions(self, count: int) -> list[Session]:
        """Return sessions, oldest first. Scores tend to rise with practice."""
        talent = {user.id: self.rng.gauss(58, 14) for user in self.users}
        eagerness = [self.rng.uniform(0.2, 1.0) for _ in self.users]
        weights = [plot.weight for plot in texts.PLOTS]
        attempts: dict[tuple[str, str], int] = {}
        rows: list[Session] = []
        for created in self._instants(count):
            user = self.rng.choices(self.users, eagerness)[0]
            scenario = self.rng.choices(self.scenarios, weights)[0]
            before = attempts.get((user.id, scenario.id), 0)
            attempts[user.id, scenario.id] = before + 1
            score = talent[user.id] + 7 * before + self.rng.gauss(4, 11)
            rows.append(self._session(user, scenario, created, round(2 * score) / 2))
        return rows

    def _session(self, user: User, scenario: Scenario, created: datetime, score: float) -> Session:
        fate = self.rng.random()
        completed = fate >= 0.10
        duration: float | None = float(self.rng.randint(150, 660))
        if not completed:
            duration = None if fate < 0.03 else float(self.rng.randint(8, 90))
        graded = fate >= 0.18
        return Session(
            id=self._uuid(),
            user=user,
            scenario=scenario,
            created_at=created,
            duration_seconds=duration,
            score=min(100.0, max(0.0, score)) if graded else None,
            completed=completed,
        )

    def _instants(self, count: int) -> list[datetime]:
        """Return whole seconds in order. About one in twelve repeats the second before it."""
        seconds = int(SPREAD.total_seconds())
        moments: list[int] = []
        for _ in range(count):
            again = moments and self.rng.random() < 0.08
            moments.append(moments[-1] if again else self.rng.randint(60, seconds))
        return [self.now - timedelta(seconds=moment) for moment in sorted(moments, reverse=True)]

    def _assignments(self, sessions: Sequence[Session]) -> list[Assignment]:
        """Return assignments that agree with the sessions, every status in turn."""
        attempts: dict[tuple[str, str], list[Session]] = {}
        for session in sessions:
            if session.is_valid_attempt and not session.user.removed:
                attempts.setdefault((session.user.id, session.scenario.id), []).append(session)
        members = [user for user in self.users if not user.removed and not user.is_system]
        pairs = [(user, scenario) for user in members for scenario in self.scenarios]
        self.rng.shuffle(pairs)
        left: dict[Status, int] = dict.fromkeys(_STATUSES_IN_TURN, _ASSIGNMENTS_PER_STATUS)
        rows: list[Assignment] = []
        for user, scenario in pairs:
            own = attempts.get((user.id, scenario.id), [])
            scores = [session.score for session in own if session.score is not None]
            top = max(scores, default=None)
            for status in _STATUSES_IN_TURN:
                if left[status] and _possible(status, top):
                    left[status] -= 1
                    rows.append(self._assignment(user, scenario, status, top, own))
                    break
        return rows

    def _assignment(
        self,
        user: User,
        scenario: Scenario,
        status: Status,
        top: float | None,
        own: Sequence[Session],
    ) -> Assignment:
        rng = self.rng
        earliest = min((session.created_at for session in own), default=self.now)
        created = earliest - timedelta(seconds=rng.randint(3_600, 20 * 86_400))
        overdue = status in ("past_due", "did_not_pass")
        days = -rng.randint(1, 10) if overdue else rng.randint(2, 45)
        due = (self.now + timedelta(days=days)).replace(hour=0, minute=0, second=0)
        if overdue:
            created = min(created, due - timedelta(days=rng.randint(5, 20)))
        programs = [program for program in self.programs if program.id in scenario.program_ids]
        failed = status == "did_not_pass"
        return Assignment(
            id=self._id("a"),
            user=user,
            scenario=scenario,
            status=status,
            created_at=created,
            due_date=due if overdue or rng.random() < 0.7 else None,
            best_score=top,
            attempt_count=len(own),
            attempt_min=len(own) + 1 if status == "in_progress" else rng.choice((None, 1)),
            attempt_max=len(own) if failed else rng.choice((None, None, len(own) + 3)),
            rank_min=_required(status, top, rng),
            program=rng.choice(programs) if programs and rng.random() < 0.6 else None,
        )


def _possible(status: Status, top: float | None) -> bool:
    """Return whether an assignment with that best score can have that status."""
    match status:
        case "not_started":
            return top is None
        case "in_progress" | "completed":
            return top is not None
        case "did_not_pass":
            return top is not None and top < 90
        case "past_due":
            return top is None or top < 90


def _required(status: Status, top: float | None, rng: Random) -> Rank | None:
    """Return the rank to reach: reached where completed, not reached where failed or overdue."""
    reached = _RANKS_UP.index(rank_of(top)) if top is not None else 0
    if status == "completed":
        return rng.choice((None, *_RANKS_UP[1 : reached + 1]))
    if status in ("did_not_pass", "past_due"):
        return rng.choice(_RANKS_UP[reached + 1 :])
    return rng.choice((None, "bronze", "silver"))


def _ascii(name: str) -> str:
    """Return a name as in an email address: lower-case ASCII letters only."""
    plain = name.lower().translate(str.maketrans("łø", "lo"))
    folded = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z]", "", folded)
