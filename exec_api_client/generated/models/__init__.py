"""The data that the API sends and takes; each is loaded when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assignment import Assignment as Assignment
    from .assignment_program import AssignmentProgram as AssignmentProgram
    from .assignment_status import AssignmentStatus as AssignmentStatus
    from .evaluation_criterion import EvaluationCriterion as EvaluationCriterion
    from .evaluation_item import EvaluationItem as EvaluationItem
    from .feedback_example import FeedbackExample as FeedbackExample
    from .feedback_example_salience import FeedbackExampleSalience as FeedbackExampleSalience
    from .get_scenario_analytics_participants_sorting import (
        GetScenarioAnalyticsParticipantsSorting as GetScenarioAnalyticsParticipantsSorting,
    )
    from .get_session_include import GetSessionInclude as GetSessionInclude
    from .grade import Grade as Grade
    from .list_sessions_sorting import ListSessionsSorting as ListSessionsSorting
    from .rank import Rank as Rank
    from .scenario_analytics_summary import ScenarioAnalyticsSummary as ScenarioAnalyticsSummary
    from .scenario_participant_entry import ScenarioParticipantEntry as ScenarioParticipantEntry
    from .scenario_ref import ScenarioRef as ScenarioRef
    from .scenario_score_distribution_item import (
        ScenarioScoreDistributionItem as ScenarioScoreDistributionItem,
    )
    from .session_detail import SessionDetail as SessionDetail
    from .session_list_item import SessionListItem as SessionListItem
    from .transcript_line import TranscriptLine as TranscriptLine
    from .user import User as User

_MODULES: dict[str, str] = {
    "Assignment": ".assignment",
    "AssignmentProgram": ".assignment_program",
    "AssignmentStatus": ".assignment_status",
    "EvaluationCriterion": ".evaluation_criterion",
    "EvaluationItem": ".evaluation_item",
    "FeedbackExample": ".feedback_example",
    "FeedbackExampleSalience": ".feedback_example_salience",
    "GetScenarioAnalyticsParticipantsSorting": ".get_scenario_analytics_participants_sorting",
    "GetSessionInclude": ".get_session_include",
    "Grade": ".grade",
    "ListSessionsSorting": ".list_sessions_sorting",
    "Rank": ".rank",
    "ScenarioAnalyticsSummary": ".scenario_analytics_summary",
    "ScenarioParticipantEntry": ".scenario_participant_entry",
    "ScenarioRef": ".scenario_ref",
    "ScenarioScoreDistributionItem": ".scenario_score_distribution_item",
    "SessionDetail": ".session_detail",
    "SessionListItem": ".session_list_item",
    "TranscriptLine": ".transcript_line",
    "User": ".user",
}

__all__ = [
    "Assignment",
    "AssignmentProgram",
    "AssignmentStatus",
    "EvaluationCriterion",
    "EvaluationItem",
    "FeedbackExample",
    "FeedbackExampleSalience",
    "GetScenarioAnalyticsParticipantsSorting",
    "GetSessionInclude",
    "Grade",
    "ListSessionsSorting",
    "Rank",
    "ScenarioAnalyticsSummary",
    "ScenarioParticipantEntry",
    "ScenarioRef",
    "ScenarioScoreDistributionItem",
    "SessionDetail",
    "SessionListItem",
    "TranscriptLine",
    "User",
]


if not TYPE_CHECKING:  # else a type checker would take any name for one of a model

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
