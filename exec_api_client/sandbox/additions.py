"""What `Sandbox.add_session` fills in where it is told less than a whole session."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from .data import NOW
from .rows import Scenario, User
from .world import World


def user_of(world: World, user: User | str | None) -> User:
    """Return the user that is meant by an id or an email, or the first.

    Raises:
        KeyError: There is none.
    """
    if isinstance(user, User):
        return user
    found = next(iter(world.users.values()), None) if user is None else world.find_user(user)
    if found is None:
        raise KeyError(f"no user {user!r}: name one of sandbox.world.users by id or email")
    return found


def scenario_of(world: World, scenario: Scenario | str | None) -> Scenario:
    """Return the scenario that is meant by an id or a slug, or the first.

    Raises:
        KeyError: There is none.
    """
    if isinstance(scenario, Scenario):
        return scenario
    found = next(iter(world.scenarios.values()), None) if scenario is None else world.find_scenario(scenario)
    if found is None:
        raise KeyError(f"no scenario {scenario!r}: name one of sandbox.world.scenarios by id or slug")
    return found


def next_instant(world: World) -> datetime:
    """Return the second after the newest session."""
    newest = max((session.created_at for session in world.sessions.values()), default=NOW)
    return newest + timedelta(seconds=1)


def new_id(number: int) -> str:
    """Return the id of the session that is added as this one: the same in every run."""
    return str(UUID(int=Random(f"added/{number}").getrandbits(128), version=4))
