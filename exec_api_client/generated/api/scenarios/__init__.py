"""Generated from openapi.yaml by `make generate`; not to be edited by hand."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from ....pagination import AsyncPager, Pager
from ....resources import Resource, ResourceSync
from ...models.assignment import Assignment
from ...models.assignment_status import AssignmentStatus
from ...models.get_scenario_analytics_participants_sorting import GetScenarioAnalyticsParticipantsSorting
from ...models.scenario_analytics_summary import ScenarioAnalyticsSummary
from ...models.scenario_participant_entry import ScenarioParticipantEntry


class ScenariosResource(Resource):
    """The operations tagged "Scenarios" in the API's documentation."""

    def list_assignments(
        self,
        *,
        user_ids: Sequence[str] | None = None,
        user_emails: Sequence[str] | None = None,
        scenario_ids: Sequence[str] | None = None,
        program_ids: Sequence[str] | None = None,
        status: Sequence[AssignmentStatus] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncPager[Assignment]:
        """List scenario assignments

        Returns a paginated list of scenario assignments in the workspace.

        Assignments represent tasks given to users to practice specific scenarios. Each
        assignment tracks status (not_started, in_progress, completed, past_due, did_not_pass),
        best score, attempt count, and completion requirements.

        Filter by user, scenario, program, or status to find specific assignments.

        Args:
            user_ids: User IDs to filter by. When combined with user_emails, results are unioned (all matching
                users from either list are included).
            user_emails: User email addresses to filter by. When combined with user_ids, results are unioned (all
                matching users from either list are included).
            scenario_ids: Scenario IDs to filter by
            program_ids: Program IDs to filter by
            status: Filter by one or more assignment statuses. Values: `not_started`, `in_progress`,
                `completed`, `past_due`, `did_not_pass`.
            page: Page number (1-indexed) (at least 1; default: 1)
            page_size: Number of results per page (max 100) (1 to 100; default: 50)
            timeout: Seconds without progress after which an attempt is given up; the client's by default.

        Returns:
            A pager; nothing is sent until it is awaited, for the first page, or iterated, for all items.
            Iterating asks for pages of 100 unless `page` or `page_size` is given.

        Raises:
            ConfigurationError: An argument is wrong. Nothing was sent.
            BadRequestError: Invalid request parameters. Its `code` can be `invalid_pagination`.
            AuthenticationError: Missing or invalid API key. Its `code` can be `invalid_api_key`.
            APIError: A request of the pager failed; see the exceptions of the package.
            PaginationError: The pages that the pager got contradict each other.
            ClientClosedError: The client is closed, or was closed meanwhile.

        API reference: `GET /scenarios/assignments`, "List scenario assignments".
        """
        from .list_assignments import OPERATION as _OPERATION  # noqa: PLC0415 (loaded when first used)

        return self._list(
            _OPERATION,
            {
                "user_ids": user_ids,
                "user_emails": user_emails,
                "scenario_ids": scenario_ids,
                "program_ids": program_ids,
                "status": status,
                "page": page,
                "page_size": page_size,
            },
            timeout,
        )

    def get_analytics_participants(
        self,
        scenario_id: str,
        *,
        user_ids: Sequence[str] | None = None,
        user_emails: Sequence[str] | None = None,
        group_ids: Sequence[str] | None = None,
        start_date: datetime.datetime | str | None = None,
        end_date: datetime.datetime | str | None = None,
        exclude_system_users: bool | None = None,
        sorting: GetScenarioAnalyticsParticipantsSorting | None = None,
        page: int | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncPager[ScenarioParticipantEntry]:
        """Get scenario participant analytics

        Returns a per-user performance table for a scenario with pagination and sorting.
        Shows each participant's first score, best score, lift, rank, session count,
        and total practice duration.

        Args:
            scenario_id: Scenario identifier (UUID or slug)
            user_ids: User IDs to filter by. When combined with user_emails, results are unioned (all matching
                users from either list are included).
            user_emails: User email addresses to filter by. When combined with user_ids, results are unioned (all
                matching users from either list are included).
            group_ids: Workspace group IDs to filter by
            start_date: ISO 8601 datetime — only include sessions on or after this date
            end_date: ISO 8601 datetime — only include sessions on or before this date
            exclude_system_users: Exclude sessions from system users (emails ending in @exec.com). Default false.
            sorting: Sort field. Prefix with `-` for descending order. Values: `best_score`, `-best_score`,
                `first_score`, `-first_score`, `lift_percentage`, `-lift_percentage`,
                `total_duration_seconds`, `-total_duration_seconds`, `session_count`, `-session_count`
                (default: -best_score).
            page: Page number (1-indexed) (at least 1; default: 1)
            page_size: Number of results per page (max 100) (1 to 100; default: 50)
            timeout: Seconds without progress after which an attempt is given up; the client's by default.

        Returns:
            A pager; nothing is sent until it is awaited, for the first page, or iterated, for all items.
            Iterating asks for pages of 100 unless `page` or `page_size` is given.

        Raises:
            ConfigurationError: An argument is wrong. Nothing was sent.
            AuthenticationError: Missing or invalid API key. Its `code` can be `invalid_api_key`.
            APIError: A request of the pager failed; see the exceptions of the package.
            PaginationError: The pages that the pager got contradict each other.
            ClientClosedError: The client is closed, or was closed meanwhile.

        API reference: `GET /scenarios/{scenario_id}/analytics/participants`, "Get scenario participant analytics".
        """
        from .get_scenario_analytics_participants import OPERATION as _OPERATION  # noqa: PLC0415 (loaded when first used)

        return self._list(
            _OPERATION,
            {
                "scenario_id": scenario_id,
                "user_ids": user_ids,
                "user_emails": user_emails,
                "group_ids": group_ids,
                "start_date": start_date,
                "end_date": end_date,
                "exclude_system_users": exclude_system_users,
                "sorting": sorting,
                "page": page,
                "page_size": page_size,
            },
            timeout,
        )

    async def get_analytics_summary(
        self,
        scenario_id: str,
        *,
        user_ids: Sequence[str] | None = None,
        user_emails: Sequence[str] | None = None,
        group_ids: Sequence[str] | None = None,
        start_date: datetime.datetime | str | None = None,
        end_date: datetime.datetime | str | None = None,
        exclude_system_users: bool | None = None,
        timeout: float | None = None,
    ) -> ScenarioAnalyticsSummary:
        """Get scenario analytics summary

        Returns aggregate metrics for a scenario: participant count, total sessions,
        average best score and rank, average lift, total practice minutes, and average
        session duration. Accepts both UUID and slug for the scenario identifier.

        Args:
            scenario_id: Scenario identifier (UUID or slug)
            user_ids: User IDs to filter by. When combined with user_emails, results are unioned (all matching
                users from either list are included).
            user_emails: User email addresses to filter by. When combined with user_ids, results are unioned (all
                matching users from either list are included).
            group_ids: Workspace group IDs to filter by
            start_date: ISO 8601 datetime — only include sessions on or after this date
            end_date: ISO 8601 datetime — only include sessions on or before this date
            exclude_system_users: Exclude sessions from system users (emails ending in @exec.com). Default false.
            timeout: Seconds without progress after which an attempt is given up; the client's by default.

        Returns:
            Scenario analytics summary

        Raises:
            ConfigurationError: An argument is wrong. Nothing was sent.
            AuthenticationError: Missing or invalid API key. Its `code` can be `invalid_api_key`.
            APIError: The call failed; see the exceptions of the package.
            ClientClosedError: The client is closed, or was closed meanwhile.

        API reference: `GET /scenarios/{scenario_id}/analytics/summary`, "Get scenario analytics summary".
        """
        from .get_scenario_analytics_summary import OPERATION as _OPERATION  # noqa: PLC0415 (loaded when first used)

        return await self._get(
            _OPERATION,
            {
                "scenario_id": scenario_id,
                "user_ids": user_ids,
                "user_emails": user_emails,
                "group_ids": group_ids,
                "start_date": start_date,
                "end_date": end_date,
                "exclude_system_users": exclude_system_users,
            },
            timeout,
        )


class ScenariosResourceSync(ResourceSync[ScenariosResource]):
    """The operations tagged "Scenarios" in the API's documentation, for synchronous callers."""

    def list_assignments(
        self,
        *,
        user_ids: Sequence[str] | None = None,
        user_emails: Sequence[str] | None = None,
        scenario_ids: Sequence[str] | None = None,
        program_ids: Sequence[str] | None = None,
        status: Sequence[AssignmentStatus] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Pager[Assignment]:
        """List scenario assignments

        Returns a paginated list of scenario assignments in the workspace.

        Assignments represent tasks given to users to practice specific scenarios. Each
        assignment tracks status (not_started, in_progress, completed, past_due, did_not_pass),
        best score, attempt count, and completion requirements.

        Filter by user, scenario, program, or status to find specific assignments.

        Args:
            user_ids: User IDs to filter by. When combined with user_emails, results are unioned (all matching
                users from either list are included).
            user_emails: User email addresses to filter by. When combined with user_ids, results are unioned (all
                matching users from either list are included).
            scenario_ids: Scenario IDs to filter by
            program_ids: Program IDs to filter by
            status: Filter by one or more assignment statuses. Values: `not_started`, `in_progress`,
                `completed`, `past_due`, `did_not_pass`.
            page: Page number (1-indexed) (at least 1; default: 1)
            page_size: Number of results per page (max 100) (1 to 100; default: 50)
            timeout: Seconds without progress after which an attempt is given up; the client's by default.

        Returns:
            A pager: ask it for the first `page()`, or iterate it for all items.
            Iterating asks for pages of 100 unless `page` or `page_size` is given.

        Raises:
            ConfigurationError: An argument is wrong. Nothing was sent.
            BadRequestError: Invalid request parameters. Its `code` can be `invalid_pagination`.
            AuthenticationError: Missing or invalid API key. Its `code` can be `invalid_api_key`.
            APIError: A request of the pager failed; see the exceptions of the package.
            PaginationError: The pages that the pager got contradict each other.
            ClientClosedError: The client is closed, or was closed meanwhile.

        API reference: `GET /scenarios/assignments`, "List scenario assignments".
        """
        return self._walk(
            self._resource.list_assignments(
                user_ids=user_ids,
                user_emails=user_emails,
                scenario_ids=scenario_ids,
                program_ids=program_ids,
                status=status,
                page=page,
                page_size=page_size,
                timeout=timeout,
            )
        )

    def get_analytics_participants(
        self,
        scenario_id: str,
        *,
        user_ids: Sequence[str] | None = None,
        user_emails: Sequence[str] | None = None,
        group_ids: Sequence[str] | None = None,
        start_date: datetime.datetime | str | None = None,
        end_date: datetime.datetime | str | None = None,
        exclude_system_users: bool | None = None,
        sorting: GetScenarioAnalyticsParticipantsSorting | None = None,
        page: int | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Pager[ScenarioParticipantEntry]:
        """Get scenario participant analytics

        Returns a per-user performance table for a scenario with pagination and sorting.
        Shows each participant's first score, best score, lift, rank, session count,
        and total practice duration.

        Args:
            scenario_id: Scenario identifier (UUID or slug)
            user_ids: User IDs to filter by. When combined with user_emails, results are unioned (all matching
                users from either list are included).
            user_emails: User email addresses to filter by. When combined with user_ids, results are unioned (all
                matching users from either list are included).
            group_ids: Workspace group IDs to filter by
            start_date: ISO 8601 datetime — only include sessions on or after this date
            end_date: ISO 8601 datetime — only include sessions on or before this date
            exclude_system_users: Exclude sessions from system users (emails ending in @exec.com). Default false.
            sorting: Sort field. Prefix with `-` for descending order. Values: `best_score`, `-best_score`,
                `first_score`, `-first_score`, `lift_percentage`, `-lift_percentage`,
                `total_duration_seconds`, `-total_duration_seconds`, `session_count`, `-session_count`
                (default: -best_score).
            page: Page number (1-indexed) (at least 1; default: 1)
            page_size: Number of results per page (max 100) (1 to 100; default: 50)
            timeout: Seconds without progress after which an attempt is given up; the client's by default.

        Returns:
            A pager: ask it for the first `page()`, or iterate it for all items.
            Iterating asks for pages of 100 unless `page` or `page_size` is given.

        Raises:
            ConfigurationError: An argument is wrong. Nothing was sent.
            AuthenticationError: Missing or invalid API key. Its `code` can be `invalid_api_key`.
            APIError: A request of the pager failed; see the exceptions of the package.
            PaginationError: The pages that the pager got contradict each other.
            ClientClosedError: The client is closed, or was closed meanwhile.

        API reference: `GET /scenarios/{scenario_id}/analytics/participants`, "Get scenario participant analytics".
        """
        return self._walk(
            self._resource.get_analytics_participants(
                scenario_id=scenario_id,
                user_ids=user_ids,
                user_emails=user_emails,
                group_ids=group_ids,
                start_date=start_date,
                end_date=end_date,
                exclude_system_users=exclude_system_users,
                sorting=sorting,
                page=page,
                page_size=page_size,
                timeout=timeout,
            )
        )

    def get_analytics_summary(
        self,
        scenario_id: str,
        *,
        user_ids: Sequence[str] | None = None,
        user_emails: Sequence[str] | None = None,
        group_ids: Sequence[str] | None = None,
        start_date: datetime.datetime | str | None = None,
        end_date: datetime.datetime | str | None = None,
        exclude_system_users: bool | None = None,
        timeout: float | None = None,
    ) -> ScenarioAnalyticsSummary:
        """Get scenario analytics summary

        Returns aggregate metrics for a scenario: participant count, total sessions,
        average best score and rank, average lift, total practice minutes, and average
        session duration. Accepts both UUID and slug for the scenario identifier.

        Args:
            scenario_id: Scenario identifier (UUID or slug)
            user_ids: User IDs to filter by. When combined with user_emails, results are unioned (all matching
                users from either list are included).
            user_emails: User email addresses to filter by. When combined with user_ids, results are unioned (all
                matching users from either list are included).
            group_ids: Workspace group IDs to filter by
            start_date: ISO 8601 datetime — only include sessions on or after this date
            end_date: ISO 8601 datetime — only include sessions on or before this date
            exclude_system_users: Exclude sessions from system users (emails ending in @exec.com). Default false.
            timeout: Seconds without progress after which an attempt is given up; the client's by default.

        Returns:
            Scenario analytics summary

        Raises:
            ConfigurationError: An argument is wrong. Nothing was sent.
            AuthenticationError: Missing or invalid API key. Its `code` can be `invalid_api_key`.
            APIError: The call failed; see the exceptions of the package.
            ClientClosedError: The client is closed, or was closed meanwhile.

        API reference: `GET /scenarios/{scenario_id}/analytics/summary`, "Get scenario analytics summary".
        """
        return self._wait(
            self._resource.get_analytics_summary(
                scenario_id=scenario_id,
                user_ids=user_ids,
                user_emails=user_emails,
                group_ids=group_ids,
                start_date=start_date,
                end_date=end_date,
                exclude_system_users=exclude_system_users,
                timeout=timeout,
            )
        )
