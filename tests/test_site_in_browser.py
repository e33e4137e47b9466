"""The site in a real Chromium, opened from files as from a USB stick: `make test-site`."""

import base64
import json
import re
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import chromium
from playwright.sync_api import expect

import helpers

pytestmark = pytest.mark.browser

PHONE, DESK = 375, 1440
LESSONS = sorted((helpers.ROOT / "notebooks" / "lessons").glob("*.ipynb"))


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def addresses(site) -> list[str]:
    paths = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    assert len(paths) > 15
    return [name for name in paths if not name.startswith("_static/")]


@contextmanager
def opened(browser, site, width=DESK, scheme="light"):
    """A page to go to addresses with: ``go(name)``; what it asked for and complained of.

    Yields
    ------
    playwright.sync_api.Page, callable, list of str
        The list holds each console error or warning, uncaught error, and foreign request.
    """
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, complaints = context.new_page(), []
    page.on(
        "console",
        lambda m: complaints.append(f"{m.type}: {m.text}") if m.type in ("error", "warning") else 0,
    )
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url[:200]}"))

    def look(route):
        if not route.request.url.startswith(("file:", "data:", "blob:")):
            complaints.append(f"foreign request: {route.request.url}")
            return route.abort()
        return route.continue_()

    context.route("**/*", look)

    def go(name):
        page.goto((site / name.split("?")[0]).as_uri() + name[len(name.split("?")[0]) :])
        page.evaluate("document.fonts.ready")
        return page

    yield page, go, complaints
    context.close()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_opens_without_an_error_or_a_foreign_request(browser, site, addresses, width):
    found = {}
    with opened(browser, site, width) as (page, go, complaints):
        for name in addresses:
            go(name)
            broken = page.evaluate(
                "[...document.images].filter(i => !(i.complete && i.naturalWidth)).map(i => i.src)"
            )
            wide = page.evaluate("document.documentElement.scrollWidth")
            problems = complaints + [f"no picture: {src[:100]}" for src in broken]
            problems += [f"{wide} dots wide"] if wide > width else []
            if problems:
                found[name] = list(problems)
            complaints.clear()
    assert found == {}


def test_chinese_is_set_in_the_font_that_the_site_brings(browser, site):
    for name in ("index.html", "glossary.html", "notebooks/00_start_here.html"):
        with opened(browser, site) as (page, go, _):
            go(name)
            words = page.locator("article a.term, article dt").all_inner_texts()
            client = page.context.new_cdp_session(page)
            client.send("DOM.enable")
            client.send("CSS.enable")
            root = client.send("DOM.getDocument")["root"]["nodeId"]
            query = {"nodeId": root, "selector": "article a.term, article dt"}
            nodes = client.send("DOM.querySelectorAll", query)["nodeIds"]
            assert nodes
            for text, node in list(zip(words, nodes, strict=True))[:40]:
                fonts = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
                own = sum(font["glyphCount"] for font in fonts if font["isCustomFont"])
                assert own >= len(re.findall("[\u4e00-\u9fff]", text)), (text, fonts)


def grave_faults(page) -> list[tuple]:
    """The serious and critical violations of accessibility: rule, and the first places."""
    return [
        (fault["id"], *(node["html"][:150] for node in fault["nodes"][:3]))
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_no_page_has_a_grave_fault_of_accessibility(browser, site, addresses, width, scheme):
    found = {}
    with opened(browser, site, width, scheme) as (page, go, _):
        for name in addresses:
            go(name)
            assert page.evaluate("document.documentElement.dataset.theme") == scheme
            found[name] = grave_faults(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_grave_fault_of_accessibility_is_noticed(browser):
    page = browser.new_page()
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><img src='data:,'></main>")
    assert [rule for rule, *_ in grave_faults(page)] == ["image-alt"]


@pytest.mark.parametrize(
    ("query", "page_found"),
    [
        ("三公", "notebooks/12_three_public_expenses"),
        ("因公出国", "notebooks/12_three_public_expenses"),
        ("部门决算", "notebooks/00_start_here"),
        ("reception", "notebooks/12_three_public_expenses"),
        ("budgets", "notebooks/14_budget_execution"),
    ],
)
def test_the_search_finds_chinese_and_english(browser, site, query, page_found):
    with opened(browser, site) as (page, go, complaints):
        go("notebooks/00_start_here.html")
        page.locator(".search-button-field:visible").click()
        page.locator("input[type=search]:visible").first.fill(query)
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=*")
        expect(page.locator("#search-results .search-summary")).to_contain_text("found")
        targets = page.locator("#search-results li a").evaluate_all("all => all.map(a => a.href)")
        assert [t for t in targets if page_found in t]
        page.locator(f"#search-results li a[href*='{page_found}']").first.click()
        page.wait_for_url(f"**/{page_found}.html*")
        assert complaints == []


def test_the_search_says_so_when_it_finds_nothing(browser, site):
    with opened(browser, site) as (page, go, complaints):
        go("search.html?q=zzyzxq")
        expect(page.locator("#search-results")).to_contain_text("did not match")
        assert page.locator("#search-results li a").count() == 0
        assert complaints == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_questions_of_a_lesson_answer_in_the_page(browser, site, lesson):
    with opened(browser, site, PHONE) as (page, go, complaints):
        go(f"notebooks/lessons/{lesson.stem}.html")
        forms = page.locator("form[data-question]")
        assert forms.count() >= 5
        for number in range(forms.count()):
            form = forms.nth(number)
            verdicts = json.loads(base64.b64decode(form.get_attribute("data-question")))["verdicts"]
            answered = set()
            for answer, (kind, text) in verdicts.items():
                give(form, answer)
                expect(form.locator("output")).to_have_attribute("data-verdict", kind)
                expect(form.locator("output")).to_contain_text(text)
                answered.add(kind)
            assert "right" in answered
            give_another(form, verdicts)
            expect(form.locator("output")).to_have_attribute("data-verdict", "wrong")
        assert complaints == []


def give(form, answer):
    choice = form.locator(f"input[type=radio][value='{answer}']")
    if choice.count():
        choice.check()
    else:
        form.locator("input[type=text]").fill(answer)
    form.locator("button").click()


def give_another(form, verdicts):
    """A wrong answer of which the question has not heard."""
    choices = form.locator("input[type=radio]")
    if choices.count():
        values = choices.evaluate_all("all => all.map(one => one.value)")
        wrong = [value for value in values if verdicts.get(value, ["wrong"])[0] == "wrong"]
        give(form, wrong[0])
    else:
        give(form, "123456789")


def test_code_is_folded_and_can_be_shown(browser, site):
    with opened(browser, site) as (page, go, _):
        go("notebooks/10_spending_composition.html")
        code = page.locator("div.cell_input").first
        expect(code).not_to_be_visible()
        page.locator("details.hide summary").first.click()
        expect(code).to_be_visible()


def test_on_paper_there_are_figures_and_no_sidebars(browser, site):
    with opened(browser, site) as (page, go, _):
        go("notebooks/10_spending_composition.html")
        page.emulate_media(media="print")
        for selector in (
            ".bd-sidebar-primary",
            ".bd-header-article",
            ".prev-next-footer",
            "details.hide",
        ):
            for element in page.locator(selector).all():
                expect(element).not_to_be_visible()
        figures = page.locator("article .cell_output img")
        assert figures.count() == 5
        page.set_viewport_size({"width": 640, "height": 900})  # about that of A4
        for figure in figures.all():
            expect(figure).to_be_visible()
            box = figure.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 640


def test_the_keyboard_reaches_the_text_first(browser, site):
    with opened(browser, site) as (page, go, _):
        go("notebooks/10_spending_composition.html")
        page.keyboard.press("Tab")
        assert "skip" in page.evaluate("document.activeElement.closest('[id]').id").lower()
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#main-content"
