"""Charts as SVG that a page may hold under its content policy: drawn by pygal, without its script and style.

Colours come from `insight.css` by class, so that they follow light, dark and print; every tone has a texture or a dash
of its own, so that nothing is told by colour alone. Each mark carries its value for whoever points at it.
"""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pygal
from markupsafe import Markup
from pygal.style import Style

from helpdesk.calendar import ZONE

# importing pygal leaves a finder for its old map plug-ins, of which Python warns at every import that follows
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

WIDTH, HEIGHT, ROW = 640, 320, 34
FONT, LEGENDS = 12, 3
DOT = 3.5
MOST_LABELS, FEW_STEPS = 14, 10
_TEXTURES = {
    1: "",
    2: "M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6",
    3: "M4 3 v2 M3 4 h2",
    4: "M0 4 H8",
    5: "M0 0 L8 8 M8 0 L0 8",
    6: "M4 0 V8",
    7: "M0 2 H8 M0 6 H8",
    8: "M-2 6 L2 10 M0 0 L8 8 M6 -2 L10 2",
    9: "M0 0 H4 V4 H0 Z M4 4 H8 V8 H4 Z",
}
TONES = len(_TEXTURES)

Element = ElementTree.Element


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of thing that is counted, with a value for each label.

    Attributes:
        tone: 1 to TONES.
        values: None = there is none.
        few: for each value whether it comes from few cases, which lines show by a hollow dot; empty = none does.
    """

    name: str
    tone: int
    values: Sequence[float | None]
    few: Sequence[bool] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """What all charts share: a name unique on the page, a title for whoever cannot see it, how a value reads.

    Without `reads` the values are counts.
    """

    name: str
    title: str
    reads: Callable[[float], str] | None = None


def columns(drawing: Drawing, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """A column a label, the series on top of each other."""
    chart = pygal.StackedBar(**_options(drawing, len(series)))
    every = -(-len(labels) // MOST_LABELS)
    chart.x_labels, chart.x_labels_major_every, chart.show_minor_x_labels = list(labels), every, every == 1
    return _drawn(drawing, chart, series)


def rows(drawing: Drawing, labels: Sequence[str], series: Sequence[Series], most: float | None = None) -> Markup:
    """A row a label, the first one on top; `most` is where the scale ends when it is not the longest row."""
    height = 84 + ROW * len(labels) + _legend_height(len(series))
    chart = pygal.HorizontalStackedBar(**_options(drawing, len(series)) | {"height": height})
    chart.x_labels = list(reversed(labels))
    if most is not None:
        chart.range = (0, most)
    turned = [Series(one.name, one.tone, list(reversed(one.values))) for one in series]
    return _drawn(drawing, chart, turned)


def lines(
    drawing: Drawing,
    moments: Sequence[datetime],
    series: Sequence[Series],
    marks: Series | None = None,
    marked: Sequence[datetime] = (),
    most: float | None = None,
) -> Markup:
    """A line a series over the time line; upright lines at `marked`, named by `marks`, from 0 to `most`."""
    times = [moment.timestamp() for moment in moments]
    drawn = list(series)
    tops = [value for one in series for value in one.values if value is not None]
    top = most if most is not None else max([1.0, *tops]) * 1.05
    chart = pygal.XY(**_options(drawing, len(series) + bool(marked)), range=(0, top), allow_interruptions=True)
    chart.dots_size = DOT if len(times) <= MOST_LABELS else DOT / 2
    chart.x_labels = times[:: -(-len(times) // MOST_LABELS)]
    chart.x_value_formatter = lambda second: datetime.fromtimestamp(second, ZONE).strftime("%d/%m")
    points: list[list[tuple[float | None, float | None]]] = [
        list(zip(times, one.values, strict=True)) for one in series
    ]
    if marks is not None and marked:
        uprights = [[(at.timestamp(), 0.0), (at.timestamp(), top), (None, None)] for at in marked]
        points.append([point for upright in uprights for point in upright])
        drawn.append(marks)
    for one, found in zip(drawn, points, strict=True):
        chart.add(one.name, found)
    return _cleaned(drawing, chart, drawn, is_lines=True)


def _options(drawing: Drawing, legends: int) -> dict[str, Any]:
    style = Style(
        label_font_size=FONT,
        major_label_font_size=FONT,
        legend_font_size=FONT,
        font_family="sans-serif",
        transition="0s",
    )
    return {
        "style": style,
        "js": [],
        "no_prefix": True,
        "width": WIDTH,
        "height": HEIGHT + _legend_height(legends),
        "margin": 8,
        "margin_right": 24,
        "margin_bottom": 20,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": min(LEGENDS, max(1, legends)),
        "truncate_legend": -1,
        "truncate_label": 34,
        "value_formatter": drawing.reads or "{:.0f}".format,
        "max_scale": 10,
    }


def _legend_height(legends: int) -> int:
    return 22 * -(-legends // LEGENDS)


def _drawn(drawing: Drawing, chart: Any, series: Sequence[Series]) -> Markup:
    for one in series:
        chart.add(one.name, list(one.values))
    top = max((sum(filter(None, stack)) for stack in zip(*(one.values for one in series), strict=True)), default=0)
    if drawing.reads is None and top <= FEW_STEPS:
        # there is no half of a case
        chart.y_labels = list(range(int(top) + 1))
    return _cleaned(drawing, chart, series)


# -- what pygal drew, without what the content policy would refuse


def _cleaned(drawing: Drawing, chart: Any, series: Sequence[Series], *, is_lines: bool = False) -> Markup:
    root = chart.render_tree()
    _drop(root, lambda node: not isinstance(node.tag, str) or node.tag in ("style", "script", "title"))
    _drop(root, lambda node: _classes(node) & {"tooltip-overlay", "text-overlay"} != set())
    for node in root.iter():
        node.attrib.pop("id", None)
        node.attrib.pop("style", None)
    for number, one in enumerate(series):
        for node in root.iter("g"):
            if f"serie-{number}" in _classes(node):
                _tone(node, drawing.name, one)
    _spread(root)
    for node, one in zip(_legends(root), series, strict=False):
        _paint(node, drawing.name, one.tone, is_lines)
    defs = root.find("defs")
    assert defs is not None, "pygal begins every drawing with its definitions"
    defs.extend(_pattern(drawing.name, tone) for tone in sorted({one.tone for one in series}))
    root.attrib.update({"class": "chart", "role": "img", "aria-label": drawing.title, "focusable": "false"})
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704 every text was escaped on the way


def _drop(root: Element, is_unwanted: Callable[[Element], bool]) -> None:
    for parent in list(root.iter()):
        for node in [child for child in parent if is_unwanted(child)]:
            parent.remove(node)


def _tone(group: Element, name: str, series: Series) -> None:
    """Give a series its tone, and each of its marks the words that pygal keeps for its script."""
    group.set("class", f"series tone-{series.tone}")
    for mark in group.iter("g"):
        said = {next(iter(_classes(node))): node.text or "" for node in mark.findall("desc") if _classes(node)}
        if "value" in said:
            words = [series.name, said.get("x_label", ""), said["value"]]
            for node in mark.findall("desc"):
                mark.remove(node)
            title = ElementTree.SubElement(mark, "title")
            title.text = ": ".join(word for word in words if word)
    for node in group.iter("rect"):
        node.set("fill", f"url(#{name}-tone-{series.tone})")
    drawn = [few for few, value in zip(series.few, series.values, strict=False) if value is not None]
    for mark, is_few in zip((node for node in group.iter("g") if "dots" in _classes(node)), drawn, strict=False):
        mark.set("class", "dots few" if is_few else "dots")


def _legends(root: Element) -> Iterable[Element]:
    return (node for node in root.iter("g") if "legend" in _classes(node))


def _paint(legend: Element, name: str, tone: int, is_line: bool) -> None:
    """The sample before a name of the legend: a piece of the line, or of the surface."""
    legend.set("class", f"legend tone-{tone}")
    for box in list(legend.iter("rect")):
        if is_line:
            legend.remove(box)
            d = f"M{float(box.get('x', 0)) - 4} {float(box.get('y', 0)) + 6} h18"
            legend.insert(0, ElementTree.Element("path", {"class": "line", "d": d}))
        else:
            box.attrib.update({"class": "box", "fill": f"url(#{name}-tone-{tone})"})


def _spread(root: Element) -> None:
    """Spread the legend over the whole width: pygal squeezes it under the plot, where long names collide."""
    for group in root.iter("g"):
        if "legends" in _classes(group):
            group.set("transform", re.sub(r"\([^,]*,", "(0,", group.get("transform", "")))
    for number, legend in enumerate(_legends(root)):
        text = legend.find("text")
        if text is not None:
            wanted = 24 + number % LEGENDS * WIDTH / LEGENDS
            legend.set("transform", f"translate({wanted - float(text.get('x', 0)):.1f} 0)")


def _pattern(name: str, tone: int) -> Element:
    size = {"width": "8", "height": "8"}
    pattern = ElementTree.Element("pattern", {"id": f"{name}-tone-{tone}", "patternUnits": "userSpaceOnUse", **size})
    ElementTree.SubElement(pattern, "rect", {"class": f"ground tone-{tone}", **size})
    if _TEXTURES[tone]:
        ElementTree.SubElement(pattern, "path", {"class": "grain", "d": _TEXTURES[tone]})
    return pattern


def _classes(node: Element) -> set[str]:
    return set(node.get("class", "").split())
