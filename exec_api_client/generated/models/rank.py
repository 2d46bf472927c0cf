from typing import Literal

Rank = Literal["gold", "silver", "bronze", "unranked"]
"""One of the values that the API's documentation lists; one that it adds later is read as it is."""
