from typing import Literal

AssignmentStatus = Literal["not_started", "in_progress", "completed", "past_due", "did_not_pass"]
"""One of the values that the API's documentation lists; one that it adds later is read as it is."""
