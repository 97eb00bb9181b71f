import pytest

from bot.nlu.channel import MAX_TEXT, DeskInput, MalformedError, Reply, Turn


def test_a_request_is_read_and_bounded() -> None:
    turn = Turn.read(
        {"sender": "c-0", "message": "x" * 50_000, "metadata": {"language": "en", "other": "x", "article": 5}}
    )
    assert len(turn.text) == MAX_TEXT
    assert turn.metadata == {"language": "en", "article": None, "aspect": None}


@pytest.mark.parametrize("text", ["/restart", "  //session_start", '/greet{"article": "x"}'])
def test_nobody_writes_rasa_commands(text: str) -> None:
    assert not Turn.read({"sender": "c-0", "message": text}).text.startswith("/")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"sender": "", "message": "x"},
        {"sender": "s" * 201, "message": "x"},
        {"sender": 5, "message": "x"},
        {"sender": "c", "message": None},
        {"sender": "c", "message": "x", "metadata": "y"},
    ],
)
def test_what_the_desk_does_not_send_is_refused(body: object) -> None:
    with pytest.raises(MalformedError):
        Turn.read(body)


def test_the_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISEC_BRAIN_TOKEN", "secret")
    request = type("Request", (), {"headers": {"X-ISEC-Brain-Token": "secret"}})
    other = type("Request", (), {"headers": {"X-ISEC-Brain-Token": "sécret"}})
    nobody = type("Request", (), {"headers": {}})
    channel = DeskInput.from_credentials(None)
    assert [channel._is_allowed(each) for each in (request, other, nobody)] == [True, False, False]


async def collect() -> list[dict[str, object]]:
    reply = Reply()
    await reply.send_response("c", {"text": "a\n\nb", "buttons": [], "custom": {"k": 1}, "model_id": "x"})
    return reply.messages


def test_a_message_keeps_its_parts_together() -> None:
    import asyncio

    assert asyncio.run(collect()) == [{"text": "a\n\nb", "custom": {"k": 1}}]
