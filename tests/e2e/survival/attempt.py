"""Runs `isec` command lines, each in a fork of its own, so that a dozen of them cost one import.

Reads JSON lines {"arguments", "environment", "folder", "output"}; answers each with its exit status. What a command
writes goes to `output`.out and `output`.err.
"""

import json
import os
import sys

import bot.run  # noqa: F401 - the import that costs
from bot import cli


def main() -> None:
    for line in sys.stdin:
        wish = json.loads(line)
        child = os.fork()
        if child == 0:
            for number, name in ((1, "out"), (2, "err")):
                os.dup2(os.open(f"{wish['output']}.{name}", os.O_CREAT | os.O_WRONLY | os.O_TRUNC), number)
            os.environ.update(wish["environment"])
            os.chdir(wish["folder"])
            status = 70
            try:
                status = cli.main(wish["arguments"])
            except SystemExit as left:
                status = int(left.code or 0)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                sys.excepthook(*sys.exc_info()) if sys.exc_info()[0] else None
                os._exit(status)
        _, code = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(code), flush=True)


if __name__ == "__main__":
    main()
