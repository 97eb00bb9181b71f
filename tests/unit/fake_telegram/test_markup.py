"""HTML parse mode: Bot API, "HTML style" and "Formatting options"."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fake_telegram.entity import utf16_length
from tests.fake_telegram.markup import MarkupError, checked_link, parse_html

INVALID_UNICODE = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)


def spans(source: str) -> tuple[str, list[tuple[str, int, int]]]:
    parsed = parse_html(source)
    return parsed.text, [(e.type, e.offset, e.length) for e in parsed.entities]


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("tg-spoiler", "spoiler"),
        ("code", "code"),
        ("pre", "pre"),
        ("blockquote", "blockquote"),
        ("B", "bold"),
    ],
)
def test_supported_tag(tag: str, kind: str) -> None:
    assert spans(f"a <{tag}>bc</{tag}>") == ("a bc", [(kind, 2, 2)])


def test_tags_with_attributes() -> None:
    assert spans('<span class="tg-spoiler">x</span>') == ("x", [("spoiler", 0, 1)])
    assert spans("<blockquote expandable>x</blockquote>") == (
        "x",
        [("expandable_blockquote", 0, 1)],
    )
    link = parse_html("<a href='http://www.example.com?a=1&amp;b=2'>x</a>").entities[0]
    assert (link.type, link.extra["url"]) == ("text_link", "http://www.example.com/?a=1&b=2")
    emoji = parse_html('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>').entities[0]
    assert (emoji.length, emoji.extra) == (2, {"custom_emoji_id": "5368324170671202286"})
    moment = parse_html('<tg-time unix="1647531900" format="wDT">soon</tg-time>').entities[0]
    assert moment.extra == {"unix_time": 1647531900, "date_time_format": "wDT"}
    mention = parse_html('<a href="tg://user?id=7">x</a>').entities[0]
    assert (mention.type, mention.extra) == ("text_mention", {"user": {"id": 7}})


def test_code_block_with_language() -> None:
    block = parse_html('<pre><code class="language-python">x = 1</code></pre>')
    assert [(e.type, e.extra) for e in block.entities] == [("pre", {"language": "python"})]
    lone = parse_html('<code class="language-python">x</code>')
    assert [(e.type, e.extra) for e in lone.entities] == [("code", {})]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("é<br/>", 'Unsupported start tag "br/" at byte offset 2'),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href>x", 'Can\'t find end tag corresponding to start tag "a"'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            '<tg-emoji emoji-id="x">👍</tg-emoji>',
            "Invalid custom emoji identifier specified",
        ),
        (
            "&#xd83d;",
            INVALID_UNICODE,
        ),
    ],
)
def test_refused(source: str, reason: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse_html(source)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&lt;&gt;&amp;&quot;", '<>&"'),
        ("&#65;&#x42;&#x1F600;", "AB😀"),
        ("&lt", "<"),
        ("a && b &nbsp; &apos;", "a && b &nbsp; &apos;"),
        ("&#0; &#x;", "&#0; &#x;"),
        ("&LT;", "&LT;"),
    ],
)
def test_character_references(source: str, text: str) -> None:
    assert parse_html(source).text == text


def test_nesting_rules() -> None:
    assert spans("<b>a<i>b</i></b>")[1] == [("bold", 0, 2), ("italic", 1, 1)]
    assert spans("<code>a<b>b</b></code>")[1] == [("code", 0, 2)]
    assert spans("<b>a<code>b</code>c</b>")[1] == [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]
    nested = "<blockquote>a<blockquote>b</blockquote></blockquote>"
    assert spans(nested)[1] == [("blockquote", 0, 2)]
    assert spans('<a href="https://a.vn">x<code>y</code></a>')[1] == [("text_link", 0, 2)]
    assert spans("<b>a<b>b</b></b>")[1] == [("bold", 0, 2)]


def test_closing_tag_without_a_name_closes_the_last() -> None:
    assert spans("<b>x</>") == ("x", [("bold", 0, 1)])


def test_offsets_count_utf16_units() -> None:
    assert spans("😀<b>ế</b>") == ("😀ế", [("bold", 2, 1)])


def test_trimmed_and_cleaned() -> None:
    assert spans(" \n<b> x </b>\n") == ("x", [("bold", 0, 1)])
    assert spans("a\r\n\tb") == ("a\n b", [])
    assert spans("<b>  </b>x") == ("x", [])
    assert spans("a\u202e<b>b</b>") == ("ab", [("bold", 1, 1)])


def test_found_by_the_server() -> None:
    text = "/start@fake_bot see https://isec.vn/a?b=1. mail a.b@isec.vn, ask @lan_01 #hoso 1/2"
    kinds = [(e.type, text[e.offset : e.end]) for e in parse_html(text).entities]
    assert kinds == [
        ("bot_command", "/start@fake_bot"),
        ("url", "https://isec.vn/a?b=1"),
        ("email", "a.b@isec.vn"),
        ("mention", "@lan_01"),
        ("hashtag", "#hoso"),
    ]
    lone = spans("<code>/start</code>")[1]
    assert lone == [("code", 0, 6)]


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("example.com", "http://example.com/"),
        ("https://isec.vn/x", "https://isec.vn/x"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("localhost:8080", ""),
        ("javascript://alert", ""),
        ("not a link", ""),
    ],
)
def test_links(url: str, opened: str) -> None:
    assert checked_link(url) == opened


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_escaped_text_always_parses(text: str) -> None:
    parsed = parse_html(f"<b>{html.escape(text)}</b>")
    assert all(e.offset >= 0 and e.end <= utf16_length(parsed.text) for e in parsed.entities)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="<>/&;#x=ab \"'-0é😀\n", max_size=40))
def test_anything_parses_or_is_refused(source: str) -> None:
    try:
        parsed = parse_html(source)
    except MarkupError:
        return
    assert all(e.length > 0 and e.end <= utf16_length(parsed.text) for e in parsed.entities)


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.text(alphabet="ab é😀", max_size=4),
        lambda inner: st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
            st.sampled_from(["b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler"]),
            st.lists(inner, max_size=3),
        ),
        max_leaves=8,
    )
)
def test_nested_entities_never_cross(source: str) -> None:
    entities = parse_html(source).entities
    for one in entities:
        for other in entities:
            apart = one.end <= other.offset or other.end <= one.offset
            within = one.offset <= other.offset and other.end <= one.end
            around = other.offset <= one.offset and one.end <= other.end
            crossing = not (apart or within or around)
            assert not crossing or {one.type, other.type} <= {
                "bold",
                "italic",
                "underline",
                "strikethrough",
                "spoiler",
                "blockquote",
            }
