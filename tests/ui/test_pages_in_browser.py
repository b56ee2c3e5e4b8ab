"""The components in a real browser: accessible, usable by keyboard and without JavaScript."""

import pytest

FACES = ["/ui/", "/ui/?errors=1", "/ui/?face=patient", "/accounts/login/"]
WIDTHS = [360, 1280]
STYLE_PAGE = "/ui/"


@pytest.fixture
def axe(project):
    return (project / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_component_is_accessible_and_fits_the_screen(new_page, axe, width, scheme):
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for face in FACES:
        page.goto(face)
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(({ violations }) => violations.map((v) => v.help))")

        assert found == [], face
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), face


@pytest.mark.django_db(transaction=True)
def test_slash_goes_to_the_search_and_j_walks_the_rows(page):
    page.goto(STYLE_PAGE)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Bo Ek"

    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "Astrid Lind"


@pytest.mark.django_db(transaction=True)
def test_the_chosen_theme_stays_on_the_next_page(page):
    page.goto(STYLE_PAGE)
    page.locator(".menu summary").click()
    page.get_by_text("Dark", exact=True).click()
    page.goto(STYLE_PAGE)

    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


@pytest.mark.django_db(transaction=True)
def test_an_action_says_what_will_happen_and_can_be_called_off(page):
    page.goto(STYLE_PAGE)
    send = page.locator("main form.entry button[type=submit]")
    dialog = page.locator("#confirm")

    send.click()
    assert "14 dates are counted from it" in dialog.inner_text()
    dialog.get_by_role("button", name="Go back").click()
    assert page.url.endswith(STYLE_PAGE)

    send.click()
    dialog.get_by_role("button", name="Record collection").click()
    page.wait_for_url("**/ui/?name=*")


@pytest.mark.django_db(transaction=True)
def test_focus_goes_to_the_errors_first(page):
    page.goto("/ui/?errors=1")

    assert page.evaluate("document.activeElement.hasAttribute('data-errors')")


@pytest.mark.django_db(transaction=True)
def test_without_javascript_nothing_is_offered_that_needs_it(new_page):
    page = new_page(java_script_enabled=False)
    page.goto(STYLE_PAGE)
    page.locator(".menu summary").click()

    assert not page.locator("[data-themes]").is_visible()
    assert not page.locator("[data-print]").is_visible()
    assert not page.locator("[data-close]").first.is_visible()
