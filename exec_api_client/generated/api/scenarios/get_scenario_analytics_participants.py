"""The operation `GET /scenarios/{scenario_id}/analytics/participants`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...._runtime.models import expect_array
from ...._runtime.operations import Operation, Parameter
from ...models import scenario_participant_entry as _scenario_participant_entry

if TYPE_CHECKING:
    from ...models.scenario_participant_entry import ScenarioParticipantEntry


def _read(status: int, data: Any) -> list[ScenarioParticipantEntry]:
    return [
        _scenario_participant_entry.read_scenario_participant_entry(i) if i.__class__ is dict else i
        for i in expect_array(data)
    ]


OPERATION = Operation(
    name="scenarios.get_analytics_participants",
    method="GET",
    path="/scenarios/{scenario_id}/analytics/participants",
    read=_read,
    parameters={
        "scenario_id": Parameter(name="scenario_id", location="path", kind="string", required=True),
        "user_ids": Parameter(name="user_ids", location="query", kind="string", many=True),
        "user_emails": Parameter(name="user_emails", location="query", kind="string", many=True),
        "group_ids": Parameter(name="group_ids", location="query", kind="string", many=True),
        "start_date": Parameter(name="start_date", location="query", kind="date-time"),
        "end_date": Parameter(name="end_date", location="query", kind="date-time"),
        "exclude_system_users": Parameter(name="exclude_system_users", location="query", kind="boolean"),
        "sorting": Parameter(
            name="sorting",
            location="query",
            kind="string",
            choices=(
                "best_score",
                "-best_score",
                "first_score",
                "-first_score",
                "lift_percentage",
                "-lift_percentage",
                "total_duration_seconds",
                "-total_duration_seconds",
                "session_count",
                "-session_count",
            ),
        ),
        "page": Parameter(name="page", location="query", kind="integer", minimum=1),
        "page_size": Parameter(name="page_size", location="query", kind="integer", minimum=1, maximum=100),
    },
    page_size=100,
    default_page_size=50,
)
