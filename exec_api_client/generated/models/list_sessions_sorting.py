from typing import Literal

ListSessionsSorting = Literal["-created_at", "-duration", "-score", "created_at", "duration", "score"]
