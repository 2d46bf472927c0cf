"""Sessions that are added with little said of them."""

import pytest

from exec_api_client.sandbox import Sandbox, User, World

JANE = User(id="u1", email="jane@acme.example", first_name="Jane", last_name="Smith")


def test_an_empty_world_says_what_is_missing() -> None:
    with pytest.raises(KeyError, match="user"):
        Sandbox(World()).add_session()
    with pytest.raises(KeyError, match="scenario"):
        Sandbox(World([JANE])).add_session()


def test_added_rows_are_the_same_in_every_run() -> None:
    first, second = Sandbox(), Sandbox()
    assert [first.add_session() for _ in range(3)] == [second.add_session() for _ in range(3)]
