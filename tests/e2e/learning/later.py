"""People who use the demonstration's nickname for a form later, in other words than those of the labelled questions.

None of these is in the demonstration or in the training data; they are there to see what the labels taught.
"""

import json

from bot.ask import ask_lines
from tests.e2e.learning.house import House

FORM = "co-e-issue"
QUESTIONS = (
    "Mất giấy rồng có xin lại được không?",
    "Công ty mới xin giấy rồng lần đầu thì nộp những gì?",
    "Mực khô xin giấy rồng mất bao lâu ạ?",
    "ai ky giay rong vay",
    "chieu nop thi mai co giay rong chua",
    "hang hoa qua thi lam giay rong o dau",
    "which documents for a dragon paper",
    "I lost my dragon paper, can I get another",
    "who issues dragon papers for fruit",
    "申请龙纸要带什么",
    "龙纸丢了能补吗",
    "水果办龙纸找谁",
)


async def missed(house: House) -> list[str]:
    """The questions that are not answered with the form's article now, each asked in a fresh conversation."""
    lines = [json.dumps({"id": text, "text": text}) for text in QUESTIONS]
    said: list[str] = []
    assert await ask_lines(house.url, iter(lines), said.append, 2, house.local) == 0
    answers = [json.loads(line) for line in said]
    return [answer["id"] for answer in answers if answer["article_id"] != FORM]
