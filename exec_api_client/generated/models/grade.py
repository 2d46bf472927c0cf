from typing import Literal

Grade = Literal["bad", "good", "mid", "not_relevant"]
