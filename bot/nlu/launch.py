"""Serve a trained model on loopback: what `rasa run` does, without loading what this assistant does not use.

    python -m bot.nlu.launch --port 5005 --model models/x.tar.gz [--action-url URL] [--watch-stdin]

The working directory is the project's root. Telemetry is off. The log goes to standard error and holds no message text.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
import threading
from typing import Any, List, Optional

from bot.nlu import stand_in
from bot.nlu.quiet_log import configure

LOOPBACK = "127.0.0.1"


def main(arguments: Optional[List[str]] = None) -> None:
    """Serve until told to stop."""
    options = _options(arguments)
    if options.watch_stdin:
        threading.Thread(target=_leave_with_parent, name="parent-watch", daemon=True).start()
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SANIC_WORKERS"] = "1"
    os.environ.setdefault("LOG_LEVEL_LIBRARIES", "ERROR")
    sys.path.insert(0, os.getcwd())
    stand_in.install()
    configure(logging.WARNING)
    _serve(options)


def _options(arguments: Optional[List[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.launch")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", required=True, help="the archive to serve")
    parser.add_argument("--action-url", help="where actions run; overrides endpoints.yml")
    parser.add_argument("--watch-stdin", action="store_true", help="leave when standard input closes")
    return parser.parse_args(arguments)


def _leave_with_parent() -> None:
    """A pipe closes however its other end dies, so a killed desk leaves no brain behind."""
    while os.read(sys.stdin.fileno(), 64):
        pass
    os._exit(0)


def _serve(options: argparse.Namespace) -> None:
    from bot.nlu import schema_check

    schema_check.install()
    from rasa.core import run
    from rasa.core.utils import AvailableEndpoints

    from bot.nlu import runner
    from bot.nlu.endpoint import DeskEndpoint

    runner.install()
    endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
    if options.action_url:
        endpoints.action = DeskEndpoint(
            options.action_url, "X-ISEC-Action-Token", os.environ.get("ISEC_ACTION_TOKEN", "")
        )
    run.serve_application(
        options.model,
        interface=LOOPBACK,
        port=options.port,
        credentials="credentials.yml",
        endpoints=endpoints,
        enable_api=False,
        server_listeners=[(_settle, "after_server_start")],
    )


async def _settle(*_: Any) -> None:
    """Modules and model live as long as the process: full collections no longer walk them while somebody waits."""
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
