from typing import Literal

FeedbackExampleSalience = Literal["high", "low", "mid"]
