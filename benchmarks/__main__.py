"""`python -m benchmarks [part …]`: run every part, or the named ones."""

from __future__ import annotations

import sys

from benchmarks import ack, federation, judges, quality, queue, ranking

PARTS = {
    "ack": ack.main,
    "federation": federation.main,
    "judges": judges.main,
    "quality": quality.main,
    "queue": queue.main,
    "ranking": ranking.main,
}


def main(names: list[str]) -> int:
    """Run the parts; return 2 for a name that is none."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"There is no part {', '.join(unknown)}; there is: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    for name in names or list(PARTS):
        PARTS[name]()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
