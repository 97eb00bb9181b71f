"""`python -m benchmarks.insight [turns]`: the pages about the desk's work over a year, charts included."""

import sys

from benchmarks.console_page import compare
from tests.integration.console.year import PAGES, fill

if __name__ == "__main__":
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    compare(PAGES, lambda database: fill(database, turns))
