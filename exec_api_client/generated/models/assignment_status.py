from typing import Literal

AssignmentStatus = Literal["not_started", "in_progress", "completed", "past_due", "did_not_pass"]
"""One of the values that the API's documentation lists. In a response, any other value is read as it is."""
