from typing import Literal

GetSessionInclude = Literal["transcript", "evaluations"]
"""One of the values that the API's documentation lists; one that it adds later is read as it is."""
