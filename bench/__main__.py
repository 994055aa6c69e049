"""`make bench`: every measurement, one after the other."""

from importlib import import_module
from pathlib import Path


def main() -> None:
    """Run `main()` of each module of this folder."""
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        print(f"== {path.stem}")
        import_module(f"bench.{path.stem}").main()


if __name__ == "__main__":
    main()
