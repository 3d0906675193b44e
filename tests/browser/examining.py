"""What is asked of every page in every state, by a look at what the browser makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import BrowserContext, Page

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 320, "height": 640}

# What axe finds, each as "rule: element". The rules of colour alone are asked again by night.
AXE_FINDS = """async (onlyColours) => {
    const runOnly = onlyColours ? { runOnly: ["color-contrast", "link-in-text-block"] } : {};
    const { violations } = await axe.run(document, {
        resultTypes: ["violations"], preload: false, ...runOnly,
    });
    return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}"""

# WCAG 2.5.8: 24 by 24, by the label around it where there is one; links in a sentence are free.
# WCAG 1.4.1: a state is a word and a symbol. WCAG 2.3.3: who asked for no motion sees none.
OTHER_FINDS = """() => {
    const found = [];
    const say = (rule, each) => found.push(`${rule}: ${each.outerHTML.slice(0, 160)}`);
    for (const each of document.querySelectorAll("*")) {
        const style = getComputedStyle(each);
        const seconds = `${style.transitionDuration},${style.animationDuration}`.split(",");
        if (style.display !== "none" && seconds.some((some) => parseFloat(some) > 0.01)) {
            say("motion", each);
        }
    }
    const targets = "a, button, input, select, textarea, summary, [role=option], [role=tab]";
    const free = "p:not(.back, .actions, .note-export), .unseen, .skip";
    for (const each of document.querySelectorAll(targets)) {
        if (!each.checkVisibility() || each.closest(free)) continue;
        const { width, height } = (each.closest("label") ?? each).getBoundingClientRect();
        if (width && (width < 24 || height < 24)) say(`target of ${width} x ${height}`, each);
    }
    for (const each of document.querySelectorAll(".state")) {
        if (each.checkVisibility() && !(each.querySelector("svg") && each.textContent.trim())) {
            say("state without word or symbol", each);
        }
    }
    return found;
}"""

# WCAG 1.4.10 and 1.4.4: nothing is wider than the window, nor cut off in a box of its own.
FIT_FINDS = """() => {
    const { innerWidth: width } = window;
    const found = [];
    const over = document.documentElement.scrollWidth - width;
    if (over > 0) {
        const [widest] = [...document.body.querySelectorAll("*")]
            .filter((each) => each.checkVisibility() && !each.closest(".unseen, thead"))
            .sort((a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right);
        found.push(`page wider by ${over}: ${widest.outerHTML.slice(0, 160)}`);
    }
    for (const each of document.querySelectorAll("dialog[open], [data-tray], :popover-open")) {
        const box = each.getBoundingClientRect();
        const isWider = each.scrollWidth > each.clientWidth + 1;
        if (box.width && (box.left < 0 || box.right > width || isWider)) {
            found.push(`wider than the window: ${each.outerHTML.slice(0, 160)}`);
        }
    }
    const boxes = ":is(main, dialog[open], .tray, header) :not(input)";
    for (const each of document.querySelectorAll(boxes)) {
        const { overflowX, clipPath } = getComputedStyle(each); // with a path: for ears alone
        const isCut = ["hidden", "clip"].includes(overflowX) && clipPath === "none"
            && each.scrollWidth > each.clientWidth + 1;
        if (isCut) found.push(`cut off: ${each.outerHTML.slice(0, 160)}`);
    }
    return found;
}"""


def axe_ready(context: BrowserContext) -> BrowserContext:
    """Have axe in every page of the context, from its start."""
    context.add_init_script(path=AXE)
    return context


class Examiner:
    """Looks at one window's pages and keeps what is wrong, named by page and state."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        self.titles: dict[str, str] = {}

    def look(self, name: str) -> None:
        """Examine what the window shows: by day and night, on a desk and a phone, text enlarged."""
        page = self.page
        self._note(name, page.evaluate(AXE_FINDS, False))
        self._note(name, page.evaluate(OTHER_FINDS))
        page.emulate_media(color_scheme="dark")
        self._note(f"{name}, by night", page.evaluate(AXE_FINDS, True))
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        self._note(f"{name}, on a phone", page.evaluate(FIT_FINDS) + page.evaluate(OTHER_FINDS))
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
        self._note(f"{name}, text twice as large", page.evaluate(FIT_FINDS))
        page.evaluate("() => { document.documentElement.style.fontSize = ''; }")

    def visit(self, name: str, address: str) -> None:
        """Open the address, and examine it; its title is its own."""
        self.page.goto(address)
        title = self.page.title()
        if not title.removesuffix(" · Film Room") or self.titles.setdefault(title, name) != name:
            self.found.append(f"{name}: the title {title!r} is that of {self.titles[title]}")
        self.look(name)

    def _note(self, name: str, found: list[Any]) -> None:
        self.found += [f"{name}: {each}" for each in found]

    def expect_nothing(self) -> None:
        """Fail with all that was found, if anything was."""
        assert not self.found, "\n".join(self.found)
