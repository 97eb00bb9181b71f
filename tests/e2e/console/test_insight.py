"""The charts about the desk's work in a real browser: narrow and wide, light and dark, printed and downloaded."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from helpdesk.officer import Role
from tests.e2e.console.conftest import Desktop
from tests.integration.console.test_insight import SHEETS, lively

pytestmark = pytest.mark.browser

LEAST_CONTRAST = 3.0
_CONTRAST = """([one, other]) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = colour => {
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const part = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(x => x / 255)
      .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}"""


async def supervisor(desktop: Desktop, width: int, is_dark: bool = False, language: str = "vi") -> Page:
    await lively(desktop.desk)
    return await desktop.sign_in("boss", Role.SUPERVISOR, width, language, is_dark)


async def colour(page: Page, selector: str, name: str) -> str:
    script = "(node, name) => getComputedStyle(node)[name]"
    return str(await page.locator(selector).first.evaluate(script, name))


@pytest.mark.parametrize(("width", "is_dark"), [(320, False), (768, True), (1600, False)])
async def test_no_page_is_wider_than_the_screen_and_every_chart_is_drawn(
    desktop: Desktop, width: int, is_dark: bool
) -> None:
    page = await supervisor(desktop, width, is_dark)
    for name, sheets in SHEETS.items():
        await page.goto(f"{desktop.url}/insight/{name}")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await expect(page.locator(".panel")).to_have_count(len(sheets))
        for chart in await page.locator(".chart").all():
            box = await chart.bounding_box()
            assert box is not None
            assert box["width"] >= min(width - 64, 500)
            assert box["height"] > 100
    text, ground = await colour(page, ".chart .axis text", "fill"), await colour(page, ".panel", "backgroundColor")
    assert await page.evaluate(_CONTRAST, [text, ground]) >= 4.5
    line = await colour(page, ".chart .series .line", "stroke")
    assert await page.evaluate(_CONTRAST, [line, ground]) >= LEAST_CONTRAST


async def test_bars_are_filled_with_their_texture_and_tell_their_value(desktop: Desktop) -> None:
    page = await supervisor(desktop, 1366)
    await page.goto(f"{desktop.url}/insight/answers")
    bar = page.locator("#weeks .series .rect").first
    assert re.fullmatch(r'url\("?#weeks-tone-1"?\)', await bar.evaluate("node => getComputedStyle(node).fill"))
    await expect(page.locator("#weeks .series .bar title").first).to_have_text(
        re.compile(r"^Đã trả lời: \d\d/\d\d: \d+$")
    )
    chart = page.get_by_role("img", name="Kết quả từng tuần")
    await expect(chart).to_be_visible()


async def test_figures_open_beside_the_chart_and_download_as_csv(desktop: Desktop, tmp_path: Path) -> None:
    page = await supervisor(desktop, 1366)
    await page.goto(f"{desktop.url}/insight/answers")
    weeks = page.locator("#weeks")
    await expect(weeks.locator("table")).to_be_hidden()
    await weeks.get_by_text("Bảng số liệu").press("Enter")
    await expect(weeks.get_by_role("columnheader", name="Chuyển cán bộ")).to_be_visible()
    async with page.expect_download() as waiting:
        await weeks.get_by_role("link", name="Tải về CSV: Kết quả từng tuần").click()
    download = await waiting.value
    await download.save_as(tmp_path / "weeks.csv")
    text = (tmp_path / "weeks.csv").read_bytes().decode()
    assert download.suggested_filename.startswith("isec-weeks-")
    assert text.startswith("\ufeffTuần từ,Lượt hỏi,Đã trả lời,")


async def test_filters_stay_from_page_to_page(desktop: Desktop) -> None:
    page = await supervisor(desktop, 1366, language="en")
    await page.goto(f"{desktop.url}/insight/answers")
    await page.get_by_role("combobox", name="Period").select_option("52w")
    language = page.get_by_role("combobox", name="Language")
    await language.select_option("zh")
    await page.get_by_role("button", name="Filter").click()
    await page.get_by_role("link", name="Learning").click()
    await page.wait_for_url("**/insight/learning?range=52w&language=zh")
    await expect(language).to_have_value("zh")


async def test_a_printed_page_has_charts_and_their_figures_and_nothing_to_press(desktop: Desktop) -> None:
    page = await supervisor(desktop, 794)
    await page.goto(f"{desktop.url}/insight/answers")
    await page.emulate_media(media="print")
    for gone in (".top", ".filters", ".file", "summary"):
        await expect(page.locator(f"main {gone}, header{gone}").first).to_be_hidden()
    await expect(page.locator("#weeks .chart")).to_be_visible()
    table = await page.locator("#weeks table").bounding_box()
    assert table is not None
    assert table["height"] > 100
