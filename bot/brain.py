"""The desk's side of the brain: one call a turn over loopback, and a twin in memory for tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

from helpdesk.error import BrainUnavailable
from helpdesk.language import DEFAULT_LANGUAGE, Language, as_language
from helpdesk.reply import Candidate, FoundEntity

TURN_TIMEOUT_SECONDS = 8.0
HEALTH_TIMEOUT_SECONDS = 2.0
TOKEN_HEADER = "X-ISEC-Brain-Token"
TOKEN_VARIABLE = "ISEC_BRAIN_TOKEN"
NOBODY = "explain"
"""Who asks when nobody's conversation is meant."""


@dataclass(frozen=True, slots=True)
class BrainMessage:
    """One message of a turn: text ("" when there is none), Rasa buttons ({"title", "payload"}) and the custom part."""

    text: str
    buttons: tuple[dict[str, Any], ...]
    custom: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BrainTurn:
    """What the brain understood and said.

    Attributes:
        messages: at least one.
        intent, confidence: what was wanted; confidence in [0, 1]. `nlu_fallback` when nothing was likely enough.
        ranking: the likeliest intents with their confidence, best first, at most ten.
        procedures: the likeliest articles given that the text is a question on a procedure, best first, at most ten.
        entities: codes found in the text.
        language: language of the text, or the conversation's when the text does not tell.
        model: name of the model that answered, None when it is not known.
    """

    messages: tuple[BrainMessage, ...]
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    procedures: tuple[Candidate, ...]
    entities: tuple[FoundEntity, ...]
    language: Language
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The five likeliest intents and articles by one way of looking at a message, best first."""

    intents: tuple[tuple[str, float], ...]
    procedures: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class BrainReasons:
    """A turn and how the brain came to it.

    Attributes:
        turn: what a conversation that has just begun would get.
        rankings: "words" by how it is spelt, "both" by that and what it means; those that the model has.
        read: the text whose meaning was looked at, None when the model has no eye for it.
        is_embedded: whether "both" decided, because words left a doubt.
    """

    turn: BrainTurn
    rankings: Mapping[str, Ranking]
    read: str | None
    is_embedded: bool


class Brain(Protocol):
    """Whoever understands messages."""

    async def turn(self, sender: str, text: str, language: Language | None, context: Mapping[str, str]) -> BrainTurn:
        """Understand `text` and answer it; raises BrainUnavailable.

        `sender` names Rasa's dialogue; `language` is the conversation's so far; of `context` the brain takes "article"
        and "aspect", what was shown last.
        """
        ...

    async def explain(self, text: str, language: Language | None, context: Mapping[str, str]) -> BrainReasons:
        """The turn that `text` would get and why, without a trace of it anywhere; raises BrainUnavailable."""
        ...

    async def is_ready(self) -> bool:
        """Whether a turn would be answered now; never raises."""
        ...


class BrainClient:
    """Talks to the Rasa process at `base_url`, e.g. http://127.0.0.1:5005; `session` stays the caller's to close."""

    def __init__(
        self,
        base_url: str,
        token: str,
        session: aiohttp.ClientSession,
        timeout_seconds: float = TURN_TIMEOUT_SECONDS,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {TOKEN_HEADER: token}
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def turn(self, sender: str, text: str, language: Language | None, context: Mapping[str, str]) -> BrainTurn:
        """See `Brain.turn`. An answer without any message (its action failed) counts as no answer."""
        return (await self._ask("webhook", sender, text, language, context)).turn

    async def explain(self, text: str, language: Language | None, context: Mapping[str, str]) -> BrainReasons:
        """See `Brain.explain`."""
        return await self._ask("explain", NOBODY, text, language, context)

    async def _ask(
        self, route: str, sender: str, text: str, language: Language | None, context: Mapping[str, str]
    ) -> BrainReasons:
        metadata = {"language": language, "article": context.get("article"), "aspect": context.get("aspect")}
        body = {"sender": sender, "message": text, "metadata": metadata}
        try:
            found = _reasons(await self._post(route, body))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise BrainUnavailable(f"the brain did not answer ({type(problem).__name__})") from problem
        if not found.turn.messages:
            raise BrainUnavailable("the brain answered with no message")
        return found

    async def is_ready(self) -> bool:
        """Whether the health route says ready within two seconds."""
        timeout = aiohttp.ClientTimeout(total=HEALTH_TIMEOUT_SECONDS)
        try:
            async with self._session.get(f"{self._base_url}/webhooks/desk/health", timeout=timeout) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _post(self, route: str, body: Mapping[str, Any]) -> Any:
        address = f"{self._base_url}/webhooks/desk/{route}"
        async with self._session.post(address, json=body, headers=self._headers, timeout=self._timeout) as answer:
            answer.raise_for_status()
            return await answer.json()


class ScriptedBrain:
    """The brain in memory: answers by a function from text, remembers what it was asked, can be away."""

    def __init__(self, answer: Callable[[str], BrainTurn]) -> None:
        self._answer = answer
        self.is_away = False
        self.heard: list[tuple[str, str, Language | None, dict[str, str]]] = []

    async def turn(self, sender: str, text: str, language: Language | None, context: Mapping[str, str]) -> BrainTurn:
        """See `Brain.turn`."""
        if self.is_away:
            raise BrainUnavailable("the brain is away")
        self.heard.append((sender, text, language, dict(context)))
        return self._answer(text)

    async def explain(self, text: str, language: Language | None, context: Mapping[str, str]) -> BrainReasons:
        """See `Brain.explain`; words alone are its reason, and it does not remember having been asked."""
        if self.is_away:
            raise BrainUnavailable("the brain is away")
        turn = self._answer(text)
        return BrainReasons(turn, {"words": Ranking(turn.ranking[:5], turn.procedures[:5])}, None, is_embedded=False)

    async def is_ready(self) -> bool:
        """Ready unless away."""
        return not self.is_away


def simple_turn(
    intent: str,
    text: str = "",
    language: Language = DEFAULT_LANGUAGE,
    confidence: float = 1.0,
    custom: Mapping[str, Any] | None = None,
    procedures: tuple[Candidate, ...] = (),
) -> BrainTurn:
    """A turn with one message, for `ScriptedBrain`."""
    message = BrainMessage(text, (), dict(custom or {}))
    return BrainTurn((message,), intent, confidence, ((intent, confidence),), procedures, (), language)


def _reasons(body: Any) -> BrainReasons:
    why = body.get("explain") or {}
    rankings = {
        str(name): Ranking(_intents(ranking["intents"]), _procedures(ranking["procedures"]))
        for name, ranking in why.get("rankers", {}).items()
    }
    return BrainReasons(_read(body), rankings, why.get("read"), is_embedded=bool(why.get("is_embedded")))


def _read(body: Any) -> BrainTurn:
    return BrainTurn(
        messages=tuple(_message(message) for message in body["messages"]),
        intent=str(body["intent"]["name"]),
        confidence=_share(body["intent"]["confidence"]),
        ranking=_intents(body["ranking"]),
        procedures=_procedures(body["procedures"]),
        entities=tuple(FoundEntity(str(found["type"]), str(found["value"])) for found in body["entities"]),
        language=as_language(body["language"]) or DEFAULT_LANGUAGE,
    )


def _intents(rows: Any) -> tuple[tuple[str, float], ...]:
    return tuple((str(row["name"]), _share(row["confidence"])) for row in rows)


def _procedures(rows: Any) -> tuple[Candidate, ...]:
    return tuple(Candidate(str(row["id"]), _share(row["confidence"])) for row in rows)


def _message(message: Mapping[str, Any]) -> BrainMessage:
    return BrainMessage(message.get("text", ""), tuple(message.get("buttons", ())), dict(message.get("custom", {})))


def _share(value: Any) -> float:
    return min(1.0, max(0.0, float(value)))
