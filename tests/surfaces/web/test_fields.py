"""What a browser sends for a form, held to the form's fields."""

from messages.card import Field, FieldKind, Form, Option
from messages.chrome import chrome
from surfaces.web.fields import mistakes

KEEP = Field("keep", "Not ready yet?", FieldKind.CHECK, required=False, options=(Option("keep", "Save a draft"),))
FORM = Form("a.save", "A form", (Field("title", "Title", max_length=5), KEEP), "Send", "Cancel", draft="keep")


def test_what_is_only_kept_as_a_draft_may_be_incomplete_but_not_wrong():
    words = chrome("en", "UTC")
    assert mistakes(FORM, {"title": "", "keep": ()}, words) == {"title": words.missing}
    assert mistakes(FORM, {"title": "", "keep": ("keep",)}, words) == {}
    assert mistakes(FORM, {"title": "too long", "keep": ("keep",)}, words).keys() == {"title"}
