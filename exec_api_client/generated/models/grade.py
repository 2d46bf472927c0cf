from typing import Literal

Grade = Literal["good", "mid", "bad", "not_relevant"]
"""One of the values that the API's documentation lists; one that it adds later is read as it is."""
