from typing import Literal

FeedbackExampleSalience = Literal["high", "mid", "low"]
"""One of the values that the API's documentation lists; one that it adds later is read as it is."""
