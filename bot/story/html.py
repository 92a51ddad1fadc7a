"""A page's HTML as a tree, to be searched by tag, class and attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_VOID: Final = frozenset({"area", "br", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass(eq=False)
class Node:
    """One element: `children` are elements and pieces of text."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    children: list[Node | str] = field(default_factory=list["Node | str"])

    def all(self, tag: str = "", css: str = "", **attributes: str) -> Iterator[Node]:
        """Give the elements below with this tag, class and attributes, in reading order."""
        for child in self.children:
            if isinstance(child, str):
                continue
            if child.fits(tag, css, attributes):
                yield child
            yield from child.all(tag, css, **attributes)

    def first(self, tag: str = "", css: str = "", **attributes: str) -> Node | None:
        """Give the first such element, if there is one."""
        return next(self.all(tag, css, **attributes), None)

    def fits(self, tag: str, css: str, attributes: Mapping[str, str]) -> bool:
        """Tell whether this element has a tag, a class and attributes; an empty tag or class is any."""
        kind = (not tag or self.tag == tag) and (not css or css in self.get("class").split())
        return kind and all(self.get(name) == value for name, value in attributes.items())

    def get(self, name: str) -> str:
        """Return an attribute, empty if it is not there."""
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        """What it says, in one line."""
        return " ".join("".join(self._texts()).split())

    @property
    def raw(self) -> str:
        """What it says, with its own line breaks."""
        return "".join(self._texts())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag == "br":
                yield "\n"
            else:
                yield from child._texts()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Node:
    """Return the tree of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.open[0]
