from typing import Literal

GetScenarioAnalyticsParticipantsSorting = Literal[
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
]
"""One of the values that the API's documentation lists. In a response, any other value is read as it is."""
