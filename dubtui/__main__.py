"""`dubtui`, and `python -m dubtui`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        from dubtui.cli.root import run

        run()
    except KeyboardInterrupt:  # before click could take it
        sys.exit(130)


if __name__ == "__main__":
    main()
