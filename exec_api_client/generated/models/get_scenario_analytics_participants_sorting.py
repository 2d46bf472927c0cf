from typing import Literal

GetScenarioAnalyticsParticipantsSorting = Literal[
    "-best_score",
    "-first_score",
    "-lift_percentage",
    "-session_count",
    "-total_duration_seconds",
    "best_score",
    "first_score",
    "lift_percentage",
    "session_count",
    "total_duration_seconds",
]
