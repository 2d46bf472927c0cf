from typing import Literal

FeedbackExampleSalience = Literal["high", "mid", "low"]
"""One of the values that the API's documentation lists. In a response, any other value is read as it is."""
