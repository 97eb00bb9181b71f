"""Drawings that a page may hold under its content policy."""

import re
import sys
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from helpdesk.console.insight import chart
from helpdesk.console.insight.chart import Drawing, Series

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
WEEKS = [NOON + timedelta(weeks=number) for number in range(4)]
SHARE = "{:.0f} %".format


def titles(drawn: Markup) -> list[str]:
    return re.findall(r"<title>(.*?)</title>", drawn)


@pytest.fixture(params=["columns", "rows", "lines"])
def drawn(request: pytest.FixtureRequest) -> Markup:
    drawing, series = Drawing("x", 'Kết <quả> "1"'), [Series("Đã <b>trả</b> lời", 1, [1, 2, 3, 4])]
    if request.param == "lines":
        return chart.lines(drawing, WEEKS, series, Series("Đổi", 9, []), [NOON + timedelta(days=3)])
    return getattr(chart, request.param)(drawing, ["a", "b", "<c>", "d"], series)


def test_a_drawing_is_well_formed_and_brings_no_script_style_or_link(drawn: Markup) -> None:
    root = ElementTree.fromstring(drawn)
    assert not {node.tag.split("}")[-1] for node in root.iter()} & {"script", "style", "a", "image", "foreignObject"}
    assert not {name for node in root.iter() for name in node.attrib if name in ("style", "href") or name[:2] == "on"}


def test_what_people_wrote_is_text(drawn: Markup) -> None:
    assert "<b>" not in drawn
    assert "&lt;b&gt;" in drawn
    assert 'aria-label="Kết &lt;quả&gt; &quot;1&quot;"' in drawn


def test_two_drawings_share_no_id() -> None:
    series = [Series("one", 1, [1])]
    both = chart.columns(Drawing("x", "X"), ["a"], series) + chart.rows(Drawing("y", "Y"), ["a"], series)
    ids = re.findall(r'\sid="([^"]+)"', both)
    assert sorted(ids) == ["x-tone-1", "y-tone-1"]


def test_every_mark_tells_whose_it_is_where_and_how_much() -> None:
    series = [Series("Từ chối", 5, [1, 0]), Series("Hỏi lại", 2, [2, 3])]
    assert titles(chart.columns(Drawing("x", "X"), ["02/11", "09/11"], series)) == [
        "Từ chối: 02/11: 1",
        "Từ chối: 09/11: 0",
        "Hỏi lại: 02/11: 2",
        "Hỏi lại: 09/11: 3",
    ]


def test_a_week_without_a_value_leaves_a_hole_in_the_line() -> None:
    told = titles(chart.lines(Drawing("x", "X", SHARE), WEEKS, [Series("Hữu ích", 1, [50, None, 70, 80])], most=100))
    assert told == ["Hữu ích: 22/11: 50 %", "Hữu ích: 06/12: 70 %", "Hữu ích: 13/12: 80 %"]


def test_the_first_row_is_on_top() -> None:
    drawn = chart.rows(Drawing("x", "X"), ["first", "second"], [Series("n", 1, [1, 2])])
    height = {
        label: float(re.findall(rf'<text x="[^"]*" y="([^"]+)"[^>]*>{label}<', drawn)[0])
        for label in ("first", "second")
    }
    assert height["first"] < height["second"]


def test_a_year_of_weeks_names_only_some_of_them() -> None:
    labels = [f"week {number}" for number in range(53)]
    drawn = chart.columns(Drawing("x", "X"), labels, [Series("n", 1, [1] * 53)])
    assert 8 < len(re.findall(r">week \d+</text>", drawn)) <= chart.MOST_LABELS


def test_drawing_leaves_nothing_in_how_python_imports() -> None:
    assert not [finder for finder in sys.meta_path if type(finder).__module__.startswith("pygal")]


def test_a_value_of_few_cases_is_a_hollow_dot() -> None:
    series = [Series("Hữu ích", 1, [50, None, 70, 80], [True, True, False, True])]
    drawn = chart.lines(Drawing("x", "X", SHARE), WEEKS, series, most=100)
    assert re.findall(r'class="(dots[^"]*)"', drawn) == ["dots few", "dots", "dots few"]


def test_counts_have_no_halves_on_their_scale() -> None:
    drawn = chart.rows(Drawing("x", "X"), ["a", "b"], [Series("n", 1, [1, 3]), Series("m", 2, [0, 0])])
    scale = re.findall(r">(\d+)</text>", drawn)
    assert sorted(set(scale)) == sorted(scale) == ["0", "1", "2", "3"]
