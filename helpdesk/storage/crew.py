"""Threads that work for the event loop: what it hands over is taken in order, several at a time where that pays."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any


class Job:
    """A call on its way through a thread: it begins at most once, and not after its caller has given up."""

    __slots__ = ("_error", "_loop", "_outcome", "_ticket", "call", "result")

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call
        self._loop = asyncio.get_running_loop()
        self.result: asyncio.Future[Any] = self._loop.create_future()
        self._ticket = threading.Lock()
        self._outcome: Any = None
        self._error: BaseException | None = None

    def take(self) -> bool:
        """Take the right to begin, or to prevent it: True for the first who asks."""
        return self._ticket.acquire(blocking=False)

    def give_up(self, error: Exception) -> None:
        """Fail with `error` unless it has begun; on the loop only."""
        if self.take() and not self.result.done():
            self.result.set_exception(error)

    def succeed(self, outcome: object) -> None:
        """What the call came to; in its thread, to be delivered by the crew."""
        self._outcome = outcome

    def fail(self, error: BaseException) -> None:
        """Why the call came to nothing."""
        self._error = error

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Where the caller waits."""
        return self._loop

    def deliver(self) -> None:
        """Let the caller know; on the loop only."""
        if self.result.done():
            return
        if self._error is not None:
            self.result.set_exception(self._error)
        else:
            self.result.set_result(self._outcome)


Work = Callable[[Sequence[Job]], None]
"""Runs calls and tells each job what it came to."""


class Crew:
    """`size` threads, each taking up to `most` waiting jobs at a time; started when there is something to do."""

    def __init__(self, name: str, work: Work, size: int, most: int = 1) -> None:
        self._work = work
        self._most = most
        self._waiting: SimpleQueue[Job | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._serve, name=f"{name}-{n}", daemon=True) for n in range(size)]
        self._has_begun = False

    async def run(self, call: Callable[..., Any], patience_seconds: float, late: Exception) -> Any:
        """What `call` came to; raises `late` when no thread took it in time."""
        job = Job(call)
        timer = job.loop.call_later(patience_seconds, job.give_up, late)
        self._begin()
        self._waiting.put(job)
        try:
            return await job.result
        finally:
            timer.cancel()
            # no effect once it has begun; a caller who has gone needs nothing done
            job.take()

    def close(self) -> None:
        """Finish what waits, then end."""
        if self._has_begun:
            for _ in self._threads:
                self._waiting.put(None)
            for thread in self._threads:
                thread.join()

    def _begin(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            for thread in self._threads:
                thread.start()

    def _serve(self) -> None:
        while (job := self._waiting.get()) is not None:
            jobs = [job, *self._more()]
            self._do([job for job in jobs if job.take()])

    def _more(self) -> list[Job]:
        """Jobs that wait already; the end of work stays in the queue."""
        found: list[Job] = []
        while len(found) < self._most - 1:
            try:
                job = self._waiting.get_nowait()
            except Empty:
                break
            if job is None:
                self._waiting.put(None)
                break
            found.append(job)
        return found

    def _do(self, jobs: Sequence[Job]) -> None:
        try:
            self._work(jobs)
        except BaseException as error:
            for job in jobs:
                job.fail(error)
        for loop in {job.loop for job in jobs}:
            _tell(loop, [job for job in jobs if job.loop is loop])


def _tell(loop: asyncio.AbstractEventLoop, jobs: Sequence[Job]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(_deliver, jobs)


def _deliver(jobs: Sequence[Job]) -> None:
    for job in jobs:
        job.deliver()
