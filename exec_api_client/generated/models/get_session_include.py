from typing import Literal

GetSessionInclude = Literal["transcript", "evaluations"]
"""One of the values that the API's documentation lists. In a response, any other value is read as it is."""
