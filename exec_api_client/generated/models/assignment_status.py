from typing import Literal

AssignmentStatus = Literal["completed", "did_not_pass", "in_progress", "not_started", "past_due"]
"""One of the values that the API's documentation lists; one that it adds later is read as it is."""
