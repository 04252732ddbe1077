"""The HTML report in a real browser: it loads and runs nothing, fits any width, and can be used by everybody.

Skipped where there is no Chromium on the PATH, or no playwright to drive it. OSPO_INIT_AXE names axe-core's axe.min.js.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ospo_init.core.reporting import html
from report_samples import SAMPLES

AXE = os.environ.get("OSPO_INIT_AXE", "")  # read before the tests' environment is emptied
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH")
needs_axe = pytest.mark.skipif(not AXE, reason="OSPO_INIT_AXE does not name axe.min.js")
looks = pytest.mark.parametrize(
    "width, scheme", [(375, "light"), (375, "dark"), (1280, "light"), (1280, "dark")], ids=str
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser whose profile is thrown away."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    home = str(tmp_path_factory.mktemp("browser"))
    environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, env=environment)
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every sample as a file."""
    folder = tmp_path_factory.mktemp("pages")
    for name, report in SAMPLES.items():
        (folder / f"{name}.html").write_text(html.render(report), "utf-8")
    return {name: folder / f"{name}.html" for name in SAMPLES}


@needs_browser
@looks
@pytest.mark.parametrize("name", ["failing", "hostile"])
def test_it_loads_and_runs_nothing_and_fits(
    browser: Any, pages: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("console", lambda message: said.append(message.text))
    page.goto(pages[name].as_uri())
    assert asked == [pages[name].as_uri()] and said == []
    for opened in (False, True):
        page.eval_on_selector_all("details", "(all, open) => all.forEach(one => one.open = open)", opened)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "nothing goes over the edge"
    page.close()


@needs_browser
@needs_axe
@looks
@pytest.mark.parametrize("name", ["failing", "hostile", "empty"])
def test_axe_finds_no_violation(browser: Any, pages: dict[str, Path], name: str, width: int, scheme: str) -> None:
    # The page's own policy forbids scripts; axe is one.
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page.goto(pages[name].as_uri())
    page.eval_on_selector_all("details", "all => all.forEach((one, number) => one.open = number % 9 == 0)")
    page.evaluate(Path(AXE).read_text("utf-8"))
    found = page.evaluate("axe.run().then(found => found.violations.map(one => [one.id, one.nodes[0].target]))")
    assert found == []
    page.close()


@needs_browser
def test_it_can_be_used_by_keyboard_alone(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 900})
    page.goto(pages["failing"].as_uri())
    active = "document.activeElement"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{active}.className") == "skip"
    assert page.evaluate(f"{active}.getBoundingClientRect().left") >= 0, "the skip link shows when it has the focus"
    page.keyboard.press("Enter")
    assert page.evaluate(f"{active}.id") == "content"
    wanted = page.evaluate("document.querySelectorAll('main a, main summary').length")
    reached = []
    for _ in range(wanted + 20):
        page.keyboard.press("Tab")
        place = f"{active}.tagName + ' ' + ({active}.getAttribute('href') || {active}.parentElement.id)"
        if page.evaluate(f"{active} === document.body"):
            break
        assert page.evaluate(f"getComputedStyle({active}).outlineStyle") == "solid", "the focus can be seen"
        reached.append(page.evaluate(place))
    assert sum(one.startswith(("A #", "SUMMARY")) for one in reached) == wanted
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelectorAll('details[open]').length") == 1
    page.close()


@needs_browser
def test_on_paper_everything_is_open_and_black_on_white(browser: Any, pages: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 800, "height": 1100}, color_scheme="dark")
    page.goto(pages["failing"].as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelectorAll('details:not([open])').length") > 10
    hidden = "all => all.filter(one => !one.checkVisibility({contentVisibilityAuto: true})).length"
    assert page.eval_on_selector_all("details dl", hidden) == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()
