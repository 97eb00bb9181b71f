"""What `isec explain` prints."""

from dataclasses import replace

from bot.explanation_text import WIDTH, columns, lines
from helpdesk.console.port import PlainExplainer
from helpdesk.explanation import Explanation, Fused, LeansOn, Limits, Ranker, Share, Unclear, Verdict
from helpdesk.message import Button, Draft, Outcome
from helpdesk.reply import FoundEntity, Reply


async def explanation(text: str = "huy TQ o dau") -> Explanation:
    """One that has everything."""
    plain = await PlainExplainer().explain(text, "vi", "cancel")
    [question] = plain.questions
    shares = (Share("cancel", 0.8123), Share("penalty", 0.1))
    forms = replace(
        question.forms,
        written_out=("hủy thông quan", "hủy Trung Quốc"),
        unclear=(Unclear("TQ", ("thông quan", "Trung Quốc")),),
        embedded="hủy thông quan ở đâu",
    )
    asked = replace(
        question,
        forms=forms,
        entities=(FoundEntity("declaration", "301234567890"),),
        intent="procedure",
        confidence=0.97,
        is_embedded=True,
        rankers=(Ranker("words", shares, shares), Ranker("both", shares, shares), Ranker("search", (), shares)),
        fused=(Fused("cancel", 0.8123, 0.2, 0.6592),),
        leaning=LeansOn("cancel", 0.31, "fee"),
        verdict=Verdict("fused", "answer", "cancel", 0.6592, 0.5, "fee"),
    )
    reply = Reply(
        Outcome.ANSWERED,
        "vi",
        (Draft("Được huỷ.\n\n" + "chữ " * 60, buttons=(Button("Phí", "x"),)),),
        article_id="cancel",
        model="m-1",
    )
    return replace(plain, questions=(asked,), limits=Limits(0.35, 0.12, 0.1, 0.62, 0.75), reply=reply, brain="ok")


async def printed(text: str = "huy TQ o dau") -> str:
    return "\n".join(lines(await explanation(text)))


async def test_every_step_is_there() -> None:
    said = await printed()
    for part in (
        "Message           huy TQ o dau",
        "Spoken of before  cancel",
        "Left open         TQ: thông quan or Trung Quốc",
        "Read for meaning  hủy thông quan ở đâu",
        "Entities          declaration 301234567890",
        "Words and meaning (this one counts)",
        "################....  81.2 %  cancel",
        "= 0.75 x 0.812 + 0.25 x 0.200",
        "Asks on            31.0 % about cancel (above 50 % it does)",
        "Intent            procedure (97.0 %)",
        "Decision          answer: cancel, fee first",
        "an answer takes 0.35 and a lead of 0.12, asking back 0.1",
        "Outcome           answered, cancel",
        "Buttons           Phí",
    ):
        assert part in said, said


async def test_it_fits_a_terminal_of_80_columns_whatever_was_written() -> None:
    for text in ("hủy tờ khai " * 40, "撤销报关单" * 60, "x" * 500, "🙂" * 200):
        for line in (await printed(text)).splitlines():
            assert columns(line) <= WIDTH, line


async def test_nothing_of_a_long_text_is_lost() -> None:
    text = "撤销报关单要什么材料" * 20
    said = "".join(line[18:] for line in (await printed(text)).splitlines())
    assert text in said


async def test_the_reduced_service_is_named() -> None:
    said = "\n".join(lines(await PlainExplainer().explain("hủy", "vi")))
    assert "Brain             there is none; this is the reduced service" in said
    assert "Decision          not found" in said
    assert "Outcome           handoff, nothing_found" in said


async def test_several_questions_are_kept_apart() -> None:
    found = await explanation()
    said = "\n".join(lines(replace(found, questions=found.questions * 2)))
    assert "--- question 1 ---" in said
    assert "--- question 2 ---" in said
