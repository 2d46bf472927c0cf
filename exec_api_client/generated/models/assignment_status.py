from typing import Literal

AssignmentStatus = Literal["completed", "did_not_pass", "in_progress", "not_started", "past_due"]
