"""The operation `GET /sessions/{session_id}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...._runtime.models import expect_object
from ...._runtime.operations import Operation, Parameter
from ...models import session_detail as _session_detail

if TYPE_CHECKING:
    from ...models.session_detail import SessionDetail


def _read(status: int, data: Any) -> SessionDetail:
    return _session_detail.read_session_detail(expect_object(data))


OPERATION = Operation(
    name="sessions.get",
    method="GET",
    path="/sessions/{session_id}",
    read=_read,
    parameters={
        "session_id": Parameter(name="session_id", location="path", kind="string", required=True),
        "include": Parameter(
            name="include", location="query", kind="string", many=True, choices=("transcript", "evaluations")
        ),
    },
)
