"""Cards and forms as HTML: complete, and inert whatever is in them."""

import html.parser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from messages.card import (
    Actions,
    Button,
    Card,
    Confirm,
    Divider,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Option,
    Picture,
    Quote,
    Section,
    Style,
)
from messages.chrome import chrome
from surfaces.web.render import linked, render_card, render_form, safe_url

ASKED = Confirm("Withdraw CH-12?", "Everybody who answered is told.", "Withdraw", "Keep")
EVERYTHING = Card(
    "CH-12: sensors",
    (
        Section("Two lines\nof text, see https://example.org/a."),
        Section("Under a heading", "Must have"),
        Facts((Fact("Country", "Denmark"), Fact("Until", "3 May"))),
        Quote("Wij meten in 40 minuten.", "its answer AN-7", "nl"),
        Divider(),
        Note("Small print"),
        Actions(
            (
                Button("Approve", "introduction.approve", "IN-34", Style.PRIMARY),
                Button("Withdraw", "challenge.withdraw", "CH-12", Style.DANGER, ASKED),
                Button("Profile", url="https://example.org/p?a=1&b=2"),
            )
        ),
    ),
    locale="en",
)
EVERY_FIELD = Form(
    "challenge.submit",
    "A challenge",
    tuple(
        Field(
            kind.value,
            f"The {kind}",
            kind,
            required=kind is not FieldKind.CHECK,
            hint="A hint",
            options=(Option("a", "First"), Option("b", "Second")),
            max_length=80 if kind is FieldKind.LINE else None,
        )
        for kind in FieldKind
    ),
    "Send",
    "Cancel",
    intro="Two minutes.",
)
WORDS = chrome("en", "UTC")
BLOCKS = {
    "a",
    "article",
    "blockquote",
    "button",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "hr",
}
FIELDS = {"fieldset", "form", "input", "label", "legend", "li", "option", "p", "select", "span", "textarea", "ul"}
ALLOWED = BLOCKS | FIELDS


class Tags(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_inert(markup: str) -> None:
    for tag, attributes in Tags(markup).seen:
        assert tag in ALLOWED
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert safe_url(attributes.get("href") or "/") or (attributes["href"] or "").startswith("#")


def test_a_card_with_every_kind_of_block(snapshot: SnapshotAssertion):
    assert render_card(EVERYTHING, csrf="token", channel=3, message=17) == snapshot


def test_a_form_with_every_kind_of_field(snapshot: SnapshotAssertion):
    values = {"line": "Typed <b>", "choices": ("b",), "check": ("a", "b"), "date": "2027-03-31"}
    errors = {"line": "At most 80 characters.", "choice": "Please choose."}
    assert render_form(EVERY_FIELD, WORDS, errors=errors, values=values) == snapshot


def test_every_question_before_a_button_has_an_id_of_its_own():
    row = Actions((Button("Withdraw", "challenge.withdraw", "CH-12", confirm=ASKED),))
    seen = Tags(render_card(Card("x", (row, row)), message=17)).seen
    ids = [attributes["id"] for _, attributes in seen if "popover" in attributes]
    assert len(set(ids)) == 2
    asked = [attributes["popovertarget"] for _, attributes in seen if "popovertarget" in attributes]
    assert set(asked) == set(ids)


def test_every_mistake_is_named_at_its_field_and_linked_from_the_top():
    errors = {field.name: "Look again" for field in EVERY_FIELD.fields}
    seen = Tags(render_form(EVERY_FIELD, WORDS, errors=errors)).seen
    ids = [attributes["id"] for _, attributes in seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"] for tag, attributes in seen if tag == "a"}
    assert {f"#f-{name}" for name in errors} <= links
    assert {f"f-{name}" for name in errors} <= set(ids)
    described = " ".join(attributes.get("aria-describedby") or "" for _, attributes in seen).split()
    assert {f"f-{name}-error" for name in errors} <= set(described) <= set(ids)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "https://example.org/\"onmouseover='alert(1)'",
    "\u202egnirts desrever\u202c",
    "{{ 7 * 7 }} {% raw %}",
    "å" * 8_000,
    "</textarea></form><script>",
    "]]><!--",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_hostile_text_is_only_text(text: str):
    blocks = (
        Section(text, text),
        Facts((Fact(text, text),)),
        Quote(text, text, text),
        Note(text),
        Actions((Button(text, text, text, confirm=Confirm(text, text, text, text)), Button(text, url=text))),
    )
    markup = render_card(Card(text, blocks, locale=text), csrf=text)
    assert_inert(markup)
    assert text in Tags(markup).text


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_hostile_answers_come_back_as_they_were_typed(text: str):
    values = {kind.value: text for kind in FieldKind}
    markup = render_form(EVERY_FIELD, WORDS, errors={"line": text, "nowhere": text}, values=values)
    assert_inert(markup)
    line = next(attributes for _, attributes in Tags(markup).seen if attributes.get("name") == "f.line")
    assert line["value"] == text


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_any_text_is_inert(text: str):
    markup = render_card(Card(text, (Section(text, text), Quote(text, text, text), Actions((Button(text, url=text),)))))
    assert_inert(markup)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "https:",
        "http://[",
        "",
    ],
)
def test_an_address_that_is_none_is_no_link(url: str):
    assert safe_url(url) == ""
    assert "<a " not in render_card(Card("x", (Actions((Button("Open", url=url),)),)))


@pytest.mark.parametrize("url", ["https://example.org/a?b=c", "http://127.0.0.1:8000/", "mailto:a@example.org", "/c/3"])
def test_an_honest_address_is_a_link(url: str):
    assert safe_url(url) == url


def test_addresses_in_a_text_become_links_without_the_full_stop():
    assert str(linked("See https://example.org/a?b=1&c=2.")) == (
        'See <a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">'
        "https://example.org/a?b=1&amp;c=2</a>."
    )


def test_a_picture_is_in_the_page_with_its_words():
    page = render_card(Card("CA-3", (Picture(b"\x89PNG", '"committed" <b>'),)))
    assert '<img class="picture" src="data:image/png;base64,iVBORw==" alt="&#34;committed&#34; &lt;b&gt;">' in page
