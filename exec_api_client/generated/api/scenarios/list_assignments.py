"""The operation `GET /scenarios/assignments`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...._runtime.models import expect_array
from ...._runtime.operations import Operation, Parameter
from ...models import assignment as _assignment

if TYPE_CHECKING:
    from ...models.assignment import Assignment


def _read(status: int, data: Any) -> list[Assignment]:
    return [_assignment.read_assignment(i) if i.__class__ is dict else i for i in expect_array(data)]


OPERATION = Operation(
    name="scenarios.list_assignments",
    method="GET",
    path="/scenarios/assignments",
    read=_read,
    parameters={
        "user_ids": Parameter(name="user_ids", location="query", kind="string", many=True),
        "user_emails": Parameter(name="user_emails", location="query", kind="string", many=True),
        "scenario_ids": Parameter(name="scenario_ids", location="query", kind="string", many=True),
        "program_ids": Parameter(name="program_ids", location="query", kind="string", many=True),
        "status": Parameter(
            name="status",
            location="query",
            kind="string",
            many=True,
            choices=("not_started", "in_progress", "completed", "past_due", "did_not_pass"),
        ),
        "page": Parameter(name="page", location="query", kind="integer", minimum=1),
        "page_size": Parameter(name="page_size", location="query", kind="integer", minimum=1, maximum=100),
    },
    page_size=100,
    default_page_size=50,
)
