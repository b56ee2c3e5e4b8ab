"""What holds for every template and for the two files of our own front end."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CSS_LINES, JS_LINES, PARTIAL_LINES = 400, 150, 60
INLINE = re.compile(r"""\sstyle=|\son[a-z]+=["']|<style|javascript:""")
SCRIPT_WITHOUT_ADDRESS = re.compile(r"<script(?![^>]*(?:src=|application/json))")
OTHER_HOST = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


def name_of(path):
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_compiles_and_obeys_the_content_security_policy(path):
    source = path.read_text("utf-8")

    get_template(name_of(path))
    assert not INLINE.search(source)
    assert not SCRIPT_WITHOUT_ADDRESS.search(source)
    assert not OTHER_HOST.search(source)


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("partials/*.html")), ids=name_of)
def test_a_partial_is_short_and_says_what_it_needs(path):
    lines = path.read_text("utf-8").splitlines()

    assert len(lines) < PARTIAL_LINES
    assert "{#" in lines[0]


def test_our_own_front_end_stays_small():
    static = ROOT / "carttrack" / "static"

    assert len((static / "app.css").read_text("utf-8").splitlines()) <= CSS_LINES
    assert len((static / "app.js").read_text("utf-8").splitlines()) <= JS_LINES


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf"])
def test_an_error_page_needs_nothing_and_shows_a_way_on(name):
    html = render_to_string(f"{name}.html")

    assert "<h1>" in html
    assert 'href="/"' in html
