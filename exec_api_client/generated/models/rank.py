from typing import Literal

Rank = Literal["bronze", "gold", "silver", "unranked"]
