from typing import Literal

Rank = Literal["bronze", "gold", "silver", "unranked"]
"""One of the values that the API's documentation lists; one that it adds later is read as it is."""
