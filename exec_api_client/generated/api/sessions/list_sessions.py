"""The operation `GET /sessions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...._runtime.models import expect_array
from ...._runtime.operations import Keyset, Operation, Parameter
from ...models import session_list_item as _session_list_item

if TYPE_CHECKING:
    from ...models.session_list_item import SessionListItem


def _read(status: int, data: Any) -> list[SessionListItem]:
    return [
        _session_list_item.read_session_list_item(i) if i.__class__ is dict else i for i in expect_array(data)
    ]


OPERATION = Operation(
    name="sessions.list",
    method="GET",
    path="/sessions",
    read=_read,
    parameters={
        "user_ids": Parameter(name="user_ids", location="query", kind="string", many=True),
        "user_emails": Parameter(name="user_emails", location="query", kind="string", many=True),
        "scenario_ids": Parameter(name="scenario_ids", location="query", kind="string", many=True),
        "collection_ids": Parameter(name="collection_ids", location="query", kind="string", many=True),
        "skill_ids": Parameter(name="skill_ids", location="query", kind="string", many=True),
        "program_ids": Parameter(name="program_ids", location="query", kind="string", many=True),
        "group_ids": Parameter(name="group_ids", location="query", kind="string", many=True),
        "rank": Parameter(
            name="rank",
            location="query",
            kind="string",
            many=True,
            choices=("gold", "silver", "bronze", "unranked"),
        ),
        "start_date": Parameter(name="start_date", location="query", kind="date-time"),
        "end_date": Parameter(name="end_date", location="query", kind="date-time"),
        "exclude_system_users": Parameter(name="exclude_system_users", location="query", kind="boolean"),
        "sorting": Parameter(
            name="sorting",
            location="query",
            kind="string",
            choices=("created_at", "-created_at", "score", "-score", "duration", "-duration"),
        ),
        "page": Parameter(name="page", location="query", kind="integer", minimum=1),
        "page_size": Parameter(name="page_size", location="query", kind="integer", minimum=1, maximum=100),
    },
    page_size=100,
    default_page_size=50,
    keyset=Keyset(
        field="created_at",
        after="start_date",
        before="end_date",
        order="sorting",
        ascending="created_at",
        descending="-created_at",
        default="-created_at",
    ),
)
