from typing import Literal

Rank = Literal["gold", "silver", "bronze", "unranked"]
"""One of the values that the API's documentation lists. In a response, any other value is read as it is."""
