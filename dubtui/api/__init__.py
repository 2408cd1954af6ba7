"""What Dub says: a client of its customers API that could be published alone. Each name comes from its own module."""

from __future__ import annotations

import sys

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # httpx's own command line, and rich with it
