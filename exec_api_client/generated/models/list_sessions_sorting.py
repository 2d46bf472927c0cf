from typing import Literal

ListSessionsSorting = Literal["created_at", "-created_at", "score", "-score", "duration", "-duration"]
"""One of the values that the API's documentation lists. In a response, any other value is read as it is."""
