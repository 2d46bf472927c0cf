from typing import Literal

Grade = Literal["good", "mid", "bad", "not_relevant"]
"""One of the values that the API's documentation lists. In a response, any other value is read as it is."""
