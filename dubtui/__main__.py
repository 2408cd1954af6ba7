"""`dubtui`, and `python -m dubtui`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from dubtui.cli.root import run

    run()


if __name__ == "__main__":
    main()
