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
"""One of the values that the API's documentation lists; one that it adds later is read as it is."""
