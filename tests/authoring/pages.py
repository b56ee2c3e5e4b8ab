"""Filling in a page's form as a browser would: everything as it stands, and what the test types."""

from html.parser import HTMLParser
from typing import Any


class _Form(HTMLParser):
    """Collects what the controls of a page would send."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self._select = self._area = ""
        self._options: list[tuple[str, bool]] = []
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        name = found.get("name", "")
        if tag == "input" and name and found.get("type") not in {"submit", "search"}:
            is_tick = found.get("type") in {"checkbox", "radio"}
            if not is_tick or "checked" in found:
                self.sent.append((name, found.get("value", "on" if is_tick else "")))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append((found.get("value", ""), "selected" in found))
        elif tag == "textarea":
            self._area, self._text = name, []

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            chosen = [value for value, is_selected in self._options if is_selected]
            first = [value for value, _ in self._options[:1]]
            self.sent += [(self._select, value) for value in chosen or first]
            self._select = ""
        elif tag == "textarea":
            self.sent.append((self._area, "".join(self._text).removeprefix("\n")))
            self._area = ""


def sent_by(html: str) -> dict[str, Any]:
    """Return what the controls of some HTML would send."""
    parser = _Form()
    parser.feed(html)
    sent: dict[str, list[str]] = {}
    for name, value in parser.sent:
        sent.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in sent.items()}


def filled(response: Any, **typed: Any) -> dict[str, Any]:
    """Return what the page's own form would send, with what the test types instead."""
    html = response.content.decode()
    main = html[html.index('<main id="main"') :]
    forms = [part.partition("</form>")[0] for part in main.split("<form")[1:]]
    own = next(form for form in forms if 'method="post"' in form)
    return sent_by(own) | typed
