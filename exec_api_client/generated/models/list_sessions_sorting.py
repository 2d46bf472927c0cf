from typing import Literal

ListSessionsSorting = Literal["-created_at", "-duration", "-score", "created_at", "duration", "score"]
"""One of the values that the API's documentation lists; one that it adds later is read as it is."""
