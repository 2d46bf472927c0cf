"""Rows as they are sent."""

from datetime import datetime, timedelta, timezone

from exec_api_client.sandbox import Sandbox

from .conftest import Ask


def test_instants_are_shown_in_utc(sandbox: Sandbox, ask: Ask) -> None:
    created = datetime(2026, 5, 1, 1, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    added = sandbox.add_session(created_at=created)
    assert ask(f"/sessions/{added.id}").json()["created_at"] == "2026-04-30T23:30:00Z"
