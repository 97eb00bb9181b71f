"""What every connector keeps to, whatever its channel: CONTRIBUTING sends whoever adds one here."""

import re
from datetime import timedelta

from helpdesk.inbox import Kind, tidy
from helpdesk.message import Button
from tests.integration.connector.conftest import Channel, again_until_stored
from tests.integration.telegram.conftest import outgoing
from tests.integration.telegram.test_connector import PNG
from tests.waiting import until


async def test_a_text_arrives_with_all_that_the_desk_needs(channel: Channel) -> None:
    await channel.say("hàng luồng đỏ thì kiểm hoá ở đâu")
    await until(lambda: channel.received)
    [incoming] = channel.received
    assert (incoming.kind, incoming.text) == (Kind.TEXT, "hàng luồng đỏ thì kiểm hoá ở đâu")
    assert incoming.channel == channel.connector.name
    assert incoming.external_id
    assert incoming.address
    assert incoming.received_at.utcoffset() == timedelta(0)


async def test_order_is_kept_and_people_are_told_apart(channel: Channel) -> None:
    for text, person in (("một", 1), ("hai", 1), ("ba", 2), ("bốn", 1)):
        await channel.say(text, person)
    await until(lambda: len(channel.received) == 4)
    assert [incoming.text for incoming in channel.received if incoming.text != "ba"] == ["một", "hai", "bốn"]
    assert len({incoming.external_id for incoming in channel.received}) == 4
    addresses = {incoming.text: incoming.address for incoming in channel.received}
    assert addresses["một"] == addresses["hai"] == addresses["bốn"] != addresses["ba"]


async def test_what_comes_again_has_the_same_external_id(channel: Channel) -> None:
    await channel.say("chào")
    await until(lambda: channel.received)
    await channel.repeat()
    await until(lambda: len(channel.received) == 2)
    assert channel.received[0].external_id == channel.received[1].external_id


async def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again(channel: Channel) -> None:
    channel.is_away = True
    await channel.say("có ai không")
    assert channel.received == []
    channel.is_away = False
    await again_until_stored(channel, 1)
    assert channel.received[0].text == "có ai không"


async def test_a_command_is_known_as_one(channel: Channel) -> None:
    await channel.say("/forget yes")
    await until(lambda: channel.received)
    assert channel.received[0].kind is Kind.COMMAND
    assert channel.received[0].payload == {"command": "forget", "argument": "yes"}


async def test_a_pressed_button_brings_its_title_and_its_payload(channel: Channel) -> None:
    await channel.press(Button("Lệ phí", "part:cancel:fee"))
    await until(lambda: channel.received)
    [pressed] = channel.received
    assert (pressed.kind, pressed.text, pressed.payload) == (Kind.BUTTON, "Lệ phí", {"button": "part:cancel:fee"})


async def test_a_files_bytes_can_be_had(channel: Channel) -> None:
    await channel.hand_in(PNG, "tờ khai.png")
    await until(lambda: channel.received)
    assert channel.received[0].kind is Kind.FILE
    assert await channel.file(channel.received[0]) == PNG


async def test_text_is_clean_and_bounded_before_it_is_handed_over(channel: Channel) -> None:
    await channel.say("a\x07b\u200b<b>c" + "đ" * 4000)
    await until(lambda: channel.received)
    [incoming] = channel.received
    assert incoming.text == tidy(incoming.text)
    assert re.match("a ?b.?<b>cđđ", incoming.text)


async def test_sending_and_typing_work_for_whoever_wrote(channel: Channel) -> None:
    await channel.say("chào")
    await until(lambda: channel.received)
    address = channel.received[0].address
    await channel.connector.show_typing(address)
    provider_id = await channel.connector.send(outgoing("Xin chào <&>", address))
    assert channel.connector.is_pulled or provider_id
    assert channel.connector.limits.text >= 1000
