"""Generated from openapi.yaml by `make generate`; not to be edited by hand."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from ....pagination import AsyncPager, Pager
from ....resources import Resource, ResourceSync
from ...models.get_session_include import GetSessionInclude
from ...models.list_sessions_sorting import ListSessionsSorting
from ...models.rank import Rank
from ...models.session_detail import SessionDetail
from ...models.session_list_item import SessionListItem


class SessionsResource(Resource):
    """The operations tagged "Sessions" in the API's documentation."""

    def list(
        self,
        *,
        user_ids: Sequence[str] | None = None,
        user_emails: Sequence[str] | None = None,
        scenario_ids: Sequence[str] | None = None,
        collection_ids: Sequence[str] | None = None,
        skill_ids: Sequence[str] | None = None,
        program_ids: Sequence[str] | None = None,
        group_ids: Sequence[str] | None = None,
        rank: Sequence[Rank] | None = None,
        start_date: datetime.datetime | str | None = None,
        end_date: datetime.datetime | str | None = None,
        exclude_system_users: bool | None = None,
        sorting: ListSessionsSorting | None = None,
        page: int | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncPager[SessionListItem]:
        """List roleplay sessions

        Returns a paginated list of roleplay sessions in the workspace with inline user and scenario
        data.

        Sessions represent individual practice attempts on AI roleplay scenarios. Each session
        includes the participant's score, rank, duration, and metadata. Use filters to narrow
        results by user, scenario, skill, program, group, or date range.

        Note: Sessions may include users who are no longer active workspace members (e.g., users
        who have been removed). These users will not appear in GET /workspace/members but their
        historical session data is preserved.

        Results are ordered by creation date (newest first) by default.

        Args:
            user_ids: User IDs to filter by. When combined with user_emails, results are unioned (all matching
                users from either list are included).
            user_emails: User email addresses to filter by. When combined with user_ids, results are unioned (all
                matching users from either list are included).
            scenario_ids: Scenario IDs to filter by
            collection_ids: Collection IDs to filter by
            skill_ids: Skill IDs to filter by
            program_ids: Program IDs to filter by
            group_ids: Workspace group IDs to filter by
            rank: Filter by one or more performance ranks. Values: `gold`, `silver`, `bronze`, `unranked`.
            start_date: ISO 8601 datetime — only include sessions created on or after this date
            end_date: ISO 8601 datetime — only include sessions created on or before this date
            exclude_system_users: Exclude sessions from system users (emails ending in @exec.com). Default false.
            sorting: Sort field. Prefix with `-` for descending order. Values: `created_at`, `-created_at`,
                `score`, `-score`, `duration`, `-duration` (default: -created_at).
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

        API reference: `GET /sessions`, "List roleplay sessions".
        """
        from .list_sessions import OPERATION as _OPERATION  # noqa: PLC0415 (loaded when first used)

        return self._list(
            _OPERATION,
            {
                "user_ids": user_ids,
                "user_emails": user_emails,
                "scenario_ids": scenario_ids,
                "collection_ids": collection_ids,
                "skill_ids": skill_ids,
                "program_ids": program_ids,
                "group_ids": group_ids,
                "rank": rank,
                "start_date": start_date,
                "end_date": end_date,
                "exclude_system_users": exclude_system_users,
                "sorting": sorting,
                "page": page,
                "page_size": page_size,
            },
            timeout,
        )

    async def get(
        self,
        session_id: str,
        *,
        include: Sequence[GetSessionInclude] | None = None,
        timeout: float | None = None,
    ) -> SessionDetail:
        """Get session detail

        Returns full detail for a single roleplay session, including score, rank, duration,
        and feedback.

        Use the `include` parameter to fetch optional heavy fields like the full conversation
        transcript or evaluation criteria with grades. These are omitted by default to keep
        responses lean.

        Args:
            session_id: The session's unique identifier (UUID)
            include: List of optional sections to include in the response. Available values: `transcript`
                (conversation lines), `evaluations` (rubric criteria with grades).
            timeout: Seconds without progress after which an attempt is given up; the client's by default.

        Returns:
            Session detail

        Raises:
            ConfigurationError: An argument is wrong. Nothing was sent.
            AuthenticationError: Missing or invalid API key. Its `code` can be `invalid_api_key`.
            APIError: The call failed; see the exceptions of the package.
            ClientClosedError: The client is closed, or was closed meanwhile.

        API reference: `GET /sessions/{session_id}`, "Get session detail".
        """
        from .get_session import OPERATION as _OPERATION  # noqa: PLC0415 (loaded when first used)

        return await self._get(
            _OPERATION,
            {
                "session_id": session_id,
                "include": include,
            },
            timeout,
        )


class SessionsResourceSync(ResourceSync[SessionsResource]):
    """The operations tagged "Sessions" in the API's documentation, for synchronous callers."""

    def list(
        self,
        *,
        user_ids: Sequence[str] | None = None,
        user_emails: Sequence[str] | None = None,
        scenario_ids: Sequence[str] | None = None,
        collection_ids: Sequence[str] | None = None,
        skill_ids: Sequence[str] | None = None,
        program_ids: Sequence[str] | None = None,
        group_ids: Sequence[str] | None = None,
        rank: Sequence[Rank] | None = None,
        start_date: datetime.datetime | str | None = None,
        end_date: datetime.datetime | str | None = None,
        exclude_system_users: bool | None = None,
        sorting: ListSessionsSorting | None = None,
        page: int | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Pager[SessionListItem]:
        """List roleplay sessions

        Returns a paginated list of roleplay sessions in the workspace with inline user and scenario
        data.

        Sessions represent individual practice attempts on AI roleplay scenarios. Each session
        includes the participant's score, rank, duration, and metadata. Use filters to narrow
        results by user, scenario, skill, program, group, or date range.

        Note: Sessions may include users who are no longer active workspace members (e.g., users
        who have been removed). These users will not appear in GET /workspace/members but their
        historical session data is preserved.

        Results are ordered by creation date (newest first) by default.

        Args:
            user_ids: User IDs to filter by. When combined with user_emails, results are unioned (all matching
                users from either list are included).
            user_emails: User email addresses to filter by. When combined with user_ids, results are unioned (all
                matching users from either list are included).
            scenario_ids: Scenario IDs to filter by
            collection_ids: Collection IDs to filter by
            skill_ids: Skill IDs to filter by
            program_ids: Program IDs to filter by
            group_ids: Workspace group IDs to filter by
            rank: Filter by one or more performance ranks. Values: `gold`, `silver`, `bronze`, `unranked`.
            start_date: ISO 8601 datetime — only include sessions created on or after this date
            end_date: ISO 8601 datetime — only include sessions created on or before this date
            exclude_system_users: Exclude sessions from system users (emails ending in @exec.com). Default false.
            sorting: Sort field. Prefix with `-` for descending order. Values: `created_at`, `-created_at`,
                `score`, `-score`, `duration`, `-duration` (default: -created_at).
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

        API reference: `GET /sessions`, "List roleplay sessions".
        """
        return self._walk(
            self._resource.list(
                user_ids=user_ids,
                user_emails=user_emails,
                scenario_ids=scenario_ids,
                collection_ids=collection_ids,
                skill_ids=skill_ids,
                program_ids=program_ids,
                group_ids=group_ids,
                rank=rank,
                start_date=start_date,
                end_date=end_date,
                exclude_system_users=exclude_system_users,
                sorting=sorting,
                page=page,
                page_size=page_size,
                timeout=timeout,
            )
        )

    def get(
        self,
        session_id: str,
        *,
        include: Sequence[GetSessionInclude] | None = None,
        timeout: float | None = None,
    ) -> SessionDetail:
        """Get session detail

        Returns full detail for a single roleplay session, including score, rank, duration,
        and feedback.

        Use the `include` parameter to fetch optional heavy fields like the full conversation
        transcript or evaluation criteria with grades. These are omitted by default to keep
        responses lean.

        Args:
            session_id: The session's unique identifier (UUID)
            include: List of optional sections to include in the response. Available values: `transcript`
                (conversation lines), `evaluations` (rubric criteria with grades).
            timeout: Seconds without progress after which an attempt is given up; the client's by default.

        Returns:
            Session detail

        Raises:
            ConfigurationError: An argument is wrong. Nothing was sent.
            AuthenticationError: Missing or invalid API key. Its `code` can be `invalid_api_key`.
            APIError: The call failed; see the exceptions of the package.
            ClientClosedError: The client is closed, or was closed meanwhile.

        API reference: `GET /sessions/{session_id}`, "Get session detail".
        """
        return self._wait(
            self._resource.get(
                session_id=session_id,
                include=include,
                timeout=timeout,
            )
        )
