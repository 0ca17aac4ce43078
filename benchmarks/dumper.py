"""What PyYAML's C dumper needs for 315 lines: the yardstick of this machine. Prints milliseconds.

usage: dumper.py FILE, a stream of rendered objects
"""

import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import yaml

LINES = 315


def main(name: str) -> None:
    """Dump the same objects again and again; the median is printed."""
    text = Path(name).read_text("utf-8")
    documents = list(yaml.load_all(text, Loader=yaml.CSafeLoader))
    lines = yaml.dump_all(documents, Dumper=yaml.CSafeDumper, sort_keys=False).count("\n")
    taken = []
    for _ in range(15):
        start = perf_counter()
        yaml.dump_all(documents, Dumper=yaml.CSafeDumper, sort_keys=False)
        taken.append((perf_counter() - start) * 1000 * LINES / lines)
    print(median(taken))


if __name__ == "__main__":
    main(sys.argv[1])
