from typing import Literal

GetSessionInclude = Literal["evaluations", "transcript"]
