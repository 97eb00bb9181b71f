"""Which side of a procedure a question is about, and whether it names a subject of its own at all.

"còn phí thì sao", "那要多久", "and where?" ask about what was spoken of before: they name a part, or nothing, and no
subject. Words are compared without Vietnamese marks, the way half of the askers type.
"""

import re

from knowledge_base.text.normal import fold, tokenize

PLACE = "place"

_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "fee",
        r"bao nhieu tien|nhieu tien|bn tien|\b(le )?phi\b|ton (bao )?nhieu|mat tien|tien nong|chi phi|\bgia ca\b|dong tien|"
        r"het (bao )?nhieu|mat (bao )?nhieu|ton kem|tra (them )?tien|mat bn|het bn|"
        r"how much|\bcosts?\b|\bfees?\b|\bcharges?\b|\bprice\b|\bpay\b|free of charge|"
        r"多少钱|费|收钱|加钱|花多少|罚多少|价钱|几块",
    ),
    (
        "time",
        r"bao lau|may ngay|may hom|may gio|may tieng|may nam|may thang|bao nhieu ngay|bn ngay|bao gio|khi nao|luc nao|"
        r"hom nao|ngay nao|chung nao|thoi han|thoi gian|thoi hieu|han chot|\bhan\b|\bmuon\b|qua han|cham nhat|\btre\b|kip|"
        r"how long|how many (\w+ )?(days?|hours?|months?|years?)|\bwhen\b|deadline|time limit|until|\blate\b|last day|"
        r"which day|how soon|what time|\bdays?\b|extend|expire|"
        r"多久|几天|多长时间|时限|期限|什么时候|几点|多少天|超期|超了|超过|过期|几个小时|来得及|哪天|几年|几个月",
    ),
    (
        "law",
        r"can cu|phap ly|thong tu|nghi dinh|quyet dinh nao|dieu (may|nao|luat)|luat nao|van ban|quy dinh|cong van nao|"
        r"\blaws?\b|legal|decrees?|circular|which (rule|article|decision|regulation|list)|regulations?|rule says|announced|"
        r"法律|依据|法令|条例|哪条|哪一条|第几条|规定|通知|决定|议定书",
    ),
    (
        "documents",
        r"giay to|giay gi|nhung giay|giay nao|ho so|chung tu|tai lieu|mang theo|mang (cai )?gi|kem (theo )?gi|can (nhung )?gi|"
        r"nop (nhung )?gi|gom (nhung )?gi|"
        r"documents?|papers?|paperwork|dossier|\bfile\b|bring|hand over|attach|what (do|else|must) (i|we|have)|copies|copy|letter|"
        r"材料|资料|单证|单据|文件|带什么|附什么|交什么|提供什么|要什么|备哪些|哪些信息|手续材料",
    ),
    (
        PLACE,
        r"o dau|cho nao|noi nao|di dau|vao dau|gui dau|qua dau|don vi nao|dia diem|gap ai|cho ai|gui ai|"
        r"\bwhere\b|which (office|place|site|gate)|to whom|who do i (see|ask)|"
        r"哪里|在哪|哪儿|什么地方|找谁|哪个单位|哪个部门|向谁|去哪",
    ),
    (
        "steps",
        r"lam (the nao|sao|gi|ntn)|the nao|ra sao|cac buoc|buoc nao|quy trinh|trinh tu|thu tuc|cach nao|kieu (gi|nao)|tiep theo|"
        r"lam tiep|dang ky sao|dk sao|"
        r"how (do|to|can|should)|what (happens|next|now)|next (step|what)?|steps?|procedure|process|do it|then what|"
        r"怎么(办|弄|操作|做|走|申请)|流程|步骤|如何|一步步|下一步|接下来",
    ),
)
_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS)

_EMPTY = frozenset(
    """
    a ah ak à ạ ad em anh chi e ban minh toi co chu bac oi vay the nhi nhe nha ha u uh day do kia nay no cai viec thi la ma va con
    roi nua them khong ko k hok hong chua duoc dc phai can nen se da dang cho voi tren duoi trong ngoai o tai den tu bi hay hoac
    gi nao sao ai dau may bao nhieu lau gio bn ntn j z luon thoi chi moi cung neu khi sau truoc thay nhu cu deu lai di nop gui lam
    mat ton het dong xem hoi biet noi ghi nam quy dinh theo ve mot cho han lan
    the a an is are was be it its this that these those they them he she we us you your i my me our to of for in on at by with and
    or but if so then also just only need have has must can could should would will do does did get got go any some all more most
    again still please pls tell about what which who whom whose where when why how there here not no yes ok okay one ones exactly
    做 吗 呢 吧 啊 的 了 是 有 要 能 可以 那 这 它 他 我 你 们 还 再 也 都 就 在 到 给 把 被 和 与 或 请 问 想 知 道 什 么 哪 怎 样 多 少 几
    个 些 需 得 会 去 来 说 写 另 外 现 大 概 如 果 时 候 之 后 前 里 上 下 用 按
    """.split()
)
_LINK = re.compile(r"^(the con|vay con|and|also|what about|how about|but if|那么|那如果|要是|如果|那)")
_SURE, _LIKELY = 0.9, 0.45


def aspect_of(text: str) -> str | None:
    """The part that is asked for: a name of `article.PARTS`, or "place"; None when the question is about the whole."""
    bare = fold(text, keep_marks=False)
    found = [(match.start(), name) for name, pattern in _COMPILED for match in pattern.finditer(bare)]
    # "what papers, and how long": the first thing asked is answered first
    return min(found)[1] if found else None


def own_words(text: str) -> int:
    """How many words are left that could name a subject, once parts and empty words are taken away."""
    bare = fold(text, keep_marks=False)
    for _, pattern in _COMPILED:
        bare = pattern.sub(" ", bare)
    bare = _LINK.sub(" ", bare.strip())
    return sum(token.text not in _EMPTY for token in tokenize(bare))


def is_follow_up(text: str, confidence: float) -> bool:
    """True when a question must be about what was spoken of before.

    It names no subject of its own, or so few words that could be one that the classifier is not sure of any.

    Args:
        confidence: the classifier's for its best article, in [0, 1].
    """
    left = own_words(text)
    return left == 0 or (left == 1 and confidence < _SURE) or (left <= 3 and confidence < _LIKELY)
