"""The command line `isec`: start the desk, ask it questions, look after the knowledge base and the model."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from bot import settings as configuration
from bot.settings import Settings
from helpdesk.error import HelpdeskError
from helpdesk.language import LANGUAGES
from knowledge_base.article import ArticleProblem

DONE, REFUSED = 0, 1
UNREAD = 128 + signal.SIGPIPE
"""The status a shell gives a program whose reader went away."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; trouble is one line on standard error and exit status 1, never a stack trace.

    A reader that has seen enough (`isec ... | head`) ends the command without a word.
    """
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # the interpreter flushes once more when it ends, and would complain again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD


def _run(arguments: Sequence[str] | None) -> int:
    options = _parser().parse_args(arguments)
    try:
        command: Callable[[argparse.Namespace, Settings], int] = options.command
        return command(options, configuration.read())
    except (HelpdeskError, ArticleProblem) as problem:
        print(f"isec: {problem}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="isec", description="ISEC quick response")
    commands = parser.add_subparsers(required=True, metavar="command")

    up = commands.add_parser("up", help="migrate, train if needed and start everything")
    up.add_argument("--demo", action="store_true", help="add marked demonstration officers and conversations")
    up.set_defaults(command=_up)

    ask = commands.add_parser("ask", help="ask the running service a question, as a web visitor would")
    ask.add_argument("question", nargs="?", help="the question; left out with --jsonl")
    ask.add_argument("--jsonl", action="store_true", help="read JSON lines with id and text or turns, write JSON lines")
    ask.add_argument("--parallel", type=int, default=4, help="conversations asked at once with --jsonl")
    as_of = "what held on a day (YYYY-MM-DD), asked of the database alone"
    ask.add_argument("--as-of", metavar="DATE", type=date.fromisoformat, help=as_of)
    ask.set_defaults(command=_ask)

    explain = commands.add_parser("explain", help="print why the running service understands a message as it does")
    explain.add_argument("text", help="the message")
    explain.add_argument("--after", metavar="ARTICLE", help="the article spoken of before")
    explain.add_argument("--language", choices=LANGUAGES, help="the language of the conversation so far")
    explain.add_argument("--json", action="store_true", help="everything as one JSON object")
    explain.set_defaults(command=_explain)

    train = commands.add_parser("train", help="train the model for the present data, unless there is one")
    train.add_argument("--force", action="store_true", help="train even when the data has not changed")
    train.set_defaults(command=_train)

    base = commands.add_parser("kb", help="the knowledge base").add_subparsers(required=True, metavar="what")
    base.add_parser("check", help="check every file against its schema").set_defaults(command=_kb_check)
    base.add_parser("import", help="put new and changed files into the database as drafts").set_defaults(
        command=_kb_import
    )
    export = base.add_parser("export", help="write the newest version of every article to a folder")
    export.add_argument("folder", type=Path)
    export.set_defaults(command=_kb_export)

    _add_learning(commands)
    commands.add_parser("migrate", help="bring the database to this release's schema").set_defaults(command=_migrate)
    commands.add_parser("invite", help="print a new one-time link for the first administrator").set_defaults(
        command=_invite
    )
    commands.add_parser("settings", help="list every setting, its default and meaning").set_defaults(command=_settings)
    return parser


def _add_learning(commands: Any) -> None:
    learn = commands.add_parser("learn", help="labels as a file, training and its state").add_subparsers(
        required=True, metavar="what"
    )
    written = learn.add_parser("export", help="write approved labels as training data, the same bytes every time")
    written.add_argument("file", type=Path, nargs="?", help="where to; left out: standard output")
    written.set_defaults(command=_learn_export)
    read = learn.add_parser("import", help="let the labels of such a file count; what people decided stays")
    read.add_argument("file", type=Path)
    read.set_defaults(command=_learn_import)
    learn.add_parser("train", help="train on files, articles and labels; compare with the serving model").set_defaults(
        command=_learn_train
    )
    learn.add_parser("status", help="the serving model and the last training runs").set_defaults(command=_learn_status)
    learn.add_parser("cancel", help="give the running training up").set_defaults(command=_learn_cancel)


def _up(options: argparse.Namespace, settings: Settings) -> int:
    from bot.run import run

    return asyncio.run(run(settings, is_demo=options.demo, until=_stop_event))


def _stop_event() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from bot.ask import ask_lines

    if options.jsonl:
        lines: Iterator[str] = (line for line in sys.stdin if line.strip())
    elif options.question:
        lines = iter([json.dumps({"id": "1", "text": options.question}, ensure_ascii=False)])
    else:
        raise HelpdeskError("give a question, or --jsonl with questions on standard input")
    if options.as_of is not None:
        return _ask_as_of(lines, options.as_of, settings)
    return asyncio.run(ask_lines(_address(settings), lines, print_line, options.parallel, _local_headers(settings)))


def _address(settings: Settings) -> str:
    """Where the service of these settings listens."""
    return f"http://{settings.host}:{settings.port}"


def _local_headers(settings: Settings) -> dict[str, str]:
    """What proves that this command belongs to the running service's own machine and user."""
    from bot.ask import LOCAL_HEADER

    key = settings.data_dir / "local.key"
    return {LOCAL_HEADER: key.read_text(encoding="ascii").strip()} if key.exists() else {}


def _explain(options: argparse.Namespace, settings: Settings) -> int:
    from bot.explain import explained
    from bot.explain_endpoint import EXPLANATION
    from bot.explanation_text import lines

    headers = _local_headers(settings)
    found = asyncio.run(explained(_address(settings), options.text, options.language, options.after, headers))
    for line in [EXPLANATION.dump_json(found).decode()] if options.json else lines(found):
        print_line(line)
    return DONE


def _ask_as_of(lines: Iterator[str], day: date, settings: Settings) -> int:
    from bot.as_of import answers
    from bot.bootstrap import open_bookcase

    with open_bookcase(settings) as bookcase:
        for line in answers(bookcase.held_on_now(day), day, lines):
            print_line(line)
    return DONE


def print_line(line: str) -> None:
    """Write one line at once, so that a reader sees answers as they come."""
    print(line, flush=True)


def _train(options: argparse.Namespace, settings: Settings) -> int:
    from bot.training import train

    asyncio.run(train(configuration.ROOT, settings.model_dir, print_line, options.force, settings.keep_models))
    return DONE


def _kb_check(_: argparse.Namespace, settings: Settings) -> int:
    from knowledge_base import choice, shelf

    problems = [*shelf.problems(), *choice.problems(path.stem for path in shelf.PROCEDURES.glob("*.yaml"))]
    for line in problems:
        print(line, file=sys.stderr)
    print(f"{len(list(shelf.PROCEDURES.glob('*.yaml')))} articles checked, {len(problems)} problems")
    return REFUSED if problems else DONE


def _kb_import(_: argparse.Namespace, settings: Settings) -> int:
    from bot.bootstrap import open_bookcase

    with open_bookcase(settings) as bookcase:
        print(f"{bookcase.seed_now()} new drafts")
    return DONE


def _kb_export(options: argparse.Namespace, settings: Settings) -> int:
    from bot.bootstrap import open_bookcase

    with open_bookcase(settings) as bookcase:
        count = bookcase.export_now(options.folder)
    print(f"{count} articles written to {options.folder}")
    return DONE


def _learn_export(options: argparse.Namespace, settings: Settings) -> int:
    from bot.bootstrap import open_database
    from bot.learning.labelfile import export_now, save

    with open_database(settings) as database:
        text, count = export_now(database)
    if options.file is None:
        print(text, end="")
    else:
        save(text, options.file)
        print(f"{count} labels written to {options.file}")
    return DONE


def _learn_import(options: argparse.Namespace, settings: Settings) -> int:
    from bot.bootstrap import now, open_database
    from bot.learning.labelfile import import_now

    with open_database(settings) as database:
        result = import_now(database, options.file, now)
    for text in result.contradicted:
        print(f"labelled otherwise by a person, left as it is: {text}", file=sys.stderr)
    print(f"{result.added} labels new, {result.known} known, {len(result.contradicted)} labelled otherwise")
    return DONE


def _learn_train(_: argparse.Namespace, settings: Settings) -> int:
    from bot import bootstrap
    from bot.bookcase import Bookcase
    from bot.learning import command

    with bootstrap.open_database(settings) as database:
        bookcase = Bookcase(database, bootstrap.now, settings.serve_drafts)
        bookcase.refresh_now()
        make = partial(bootstrap.trainer_of, settings, database, bookcase, lambda: None)
        lock = settings.data_dir / "desk.lock"
        name = asyncio.run(command.train(database, make, lock, bootstrap.now, print_line))
    print_line(f"{name} is a candidate; compare and promote it in the console, on the page Models")
    return DONE


def _learn_status(_: argparse.Namespace, settings: Settings) -> int:
    from bot import bootstrap
    from bot.learning import command

    with bootstrap.open_database(settings) as database:
        serving = database.read_now(lambda unit: unit.models.serving())
        runs = database.read_now(lambda unit: unit.training.recent())
    print(f"serving: {serving.model} since {serving.since:%Y-%m-%d %H:%M} UTC" if serving else "no model serves")
    for run in runs:
        print(command.told(run))
    return DONE


def _learn_cancel(_: argparse.Namespace, settings: Settings) -> int:
    from bot import bootstrap
    from bot.learning import command

    with bootstrap.open_database(settings) as database:
        command.cancel(database, configuration.ROOT, settings.data_dir / "training", bootstrap.now)
    print("the training run was cancelled")
    return DONE


def _migrate(_: argparse.Namespace, settings: Settings) -> int:
    from bot.bootstrap import open_database

    with open_database(settings):
        print("the database is up to date")
    return DONE


def _invite(_: argparse.Namespace, settings: Settings) -> int:
    from bot.bootstrap import first_link, open_database

    with open_database(settings) as database:
        print(first_link(database, settings) or "an administrator exists; invite people in the console")
    return DONE


def _settings(_: argparse.Namespace, __: Settings) -> int:
    for name, default, meaning in configuration.listing():
        print(f"{name}  {meaning} [{default or 'empty'}]")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
