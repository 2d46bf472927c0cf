"""The operation `GET /scenarios/{scenario_id}/analytics/summary`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...._runtime.models import expect_object
from ...._runtime.operations import Operation, Parameter
from ...models import scenario_analytics_summary as _scenario_analytics_summary

if TYPE_CHECKING:
    from ...models.scenario_analytics_summary import ScenarioAnalyticsSummary


def _read(status: int, data: Any) -> ScenarioAnalyticsSummary:
    return _scenario_analytics_summary.read_scenario_analytics_summary(expect_object(data))


OPERATION = Operation(
    name="scenarios.get_analytics_summary",
    method="GET",
    path="/scenarios/{scenario_id}/analytics/summary",
    read=_read,
    parameters={
        "scenario_id": Parameter(name="scenario_id", location="path", kind="string", required=True),
        "user_ids": Parameter(name="user_ids", location="query", kind="string", many=True),
        "user_emails": Parameter(name="user_emails", location="query", kind="string", many=True),
        "group_ids": Parameter(name="group_ids", location="query", kind="string", many=True),
        "start_date": Parameter(name="start_date", location="query", kind="date-time"),
        "end_date": Parameter(name="end_date", location="query", kind="date-time"),
        "exclude_system_users": Parameter(name="exclude_system_users", location="query", kind="boolean"),
    },
)
