"""A model with all its fields, and a moment."""

from datetime import UTC, datetime
from typing import Any

from exec_api_client.models import SessionDetail
from tests.fakes import example

MARCH = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
DETAIL: dict[str, Any] = example("sessions.get")
USER = DETAIL["user"]


def detail(**changes: Any) -> SessionDetail:
    return SessionDetail.from_dict({**DETAIL, **changes})
