"""`python -m benchmarks.review [questions]`: pages of the review with many questions."""

import sys

from benchmarks.console_page import compare
from tests.integration.console.storm import PAGES, fill

if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    compare(PAGES, lambda database: fill(database, count))
