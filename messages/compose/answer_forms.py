"""Forms about answers and questions."""

from __future__ import annotations

from domain.answers import (
    CRITERION_TEXT_MAX,
    LINK_MAX,
    LINKS_MAX,
    NDA_TEXT_MAX,
    QUESTION_MAX,
    REASON_NOTE_MAX,
    TEXT_MAX,
    AnswerKind,
    DeclineReason,
)
from messages.card import Field, FieldKind, Form, Option
from messages.compose.registry import asks
from messages.i18n import Words
from messages.labels import options
from messages.notices.answer_forms import AskQuestion, DeclineAnswer, ReplyToQuestion, WriteAnswer

_SEVERAL = 2


@asks(WriteAnswer)
def ask_answer(question: WriteAnswer, words: Words) -> Form:
    """Ask for an answer: what it is and what it does; the rest is optional."""
    fields = [*_first(question, words), *_compared(question, words), *_rest(question, words)]
    if question.submitted:
        intro = words.say("The buyer reads what you change at once.")
    else:
        intro = words.say("Submitting means that you agree to be introduced to the buyer.")
    return Form(
        action="answer.save",
        value=question.value,
        title=words.say("Answer {challenge}", challenge=question.challenge),
        fields=tuple(fields),
        submit=words.say("Save") if question.submitted else words.say("Submit"),
        cancel=words.say("Cancel"),
        intro=f"{question.title}\n{intro}",
        locale=words.locale,
    )


def _first(question: WriteAnswer, words: Words) -> list[Field]:
    fields: list[Field] = []
    if len(question.organisations) >= _SEVERAL:
        choices = tuple(Option(str(key), name) for key, name in question.organisations)
        label = words.say("For which organisation?")
        fields.append(Field("organisation", label, FieldKind.CHOICE, options=choices))
    fields.append(
        Field(
            "kind",
            words.say("What do you offer?"),
            FieldKind.CHOICE,
            value=question.kind.value,
            options=options(AnswerKind, words),
        )
    )
    fields.append(
        Field(
            "text",
            words.say("Your answer"),
            FieldKind.TEXT,
            hint=words.say("What it does, where it works already; your own language is fine"),
            value=question.text,
            max_length=TEXT_MAX,
        )
    )
    return fields


def _compared(question: WriteAnswer, words: Words) -> list[Field]:
    """Ask for each criterion of the buyer."""
    hint = words.say("The buyer compares answers by this")
    return [
        Field(
            f"criterion_{at}",
            criterion,
            FieldKind.TEXT,
            required=False,
            hint=hint,
            value=written,
            max_length=CRITERION_TEXT_MAX,
        )
        for at, (criterion, written) in enumerate(question.criteria)
    ]


def _rest(question: WriteAnswer, words: Words) -> list[Field]:
    show = Option("show", words.say("Show our name to the buyer at once"))
    fields = [
        Field(
            "nda",
            words.say("Only under a non-disclosure agreement (NDA)"),
            FieldKind.TEXT,
            required=False,
            hint=words.say("The buyer reads this part only after you were introduced"),
            value=question.nda,
            max_length=NDA_TEXT_MAX,
        ),
        Field(
            "show_name",
            words.say("Your name"),
            FieldKind.CHECK,
            required=False,
            hint=words.say("Otherwise the buyer learns it when you are introduced"),
            value=("show",) if question.show_name else (),
            options=(show,),
        ),
        Field(
            "links",
            words.say("Links"),
            FieldKind.TEXT,
            required=False,
            hint=words.say("One per line, such as https://example.org/product"),
            value="\n".join(question.links),
            max_length=(LINK_MAX + 1) * LINKS_MAX,
        ),
    ]
    if not question.submitted:
        keep = Option("keep", words.say("Only save it as a draft; I submit it later"))
        fields.append(Field("keep", words.say("Not ready yet?"), FieldKind.CHECK, required=False, options=(keep,)))
    return fields


@asks(DeclineAnswer)
def ask_why(question: DeclineAnswer, words: Words) -> Form:
    """Ask for the reason of a no."""
    return Form(
        action="answer.decline.send",
        value=question.value,
        title=words.say("Decline {answer}", answer=question.id),
        fields=(
            Field("reason", words.say("Reason"), FieldKind.CHOICE, options=options(DeclineReason, words)),
            Field(
                "note",
                words.say("A word to its author"),
                FieldKind.TEXT,
                required=False,
                hint=words.say("What would have made it fit?"),
                max_length=REASON_NOTE_MAX,
            ),
        ),
        submit=words.say("Decline"),
        cancel=words.say("Cancel"),
        intro=words.say("The author reads your reason; nobody else does but the managers."),
        locale=words.locale,
    )


@asks(AskQuestion)
def ask_question(question: AskQuestion, words: Words) -> Form:
    """Ask for a question."""
    if question.to_buyer:
        title = words.say("Ask the buyer")
        intro = words.say("About {subject}. The buyer does not see who asks.", subject=question.subject)
    else:
        title = words.say("Ask the company")
        intro = words.say("About {subject}. The reply comes to you privately.", subject=question.subject)
    return Form(
        action="question.start.send" if question.to_buyer else "question.ask.send",
        value=question.subject,
        title=title,
        fields=(Field("text", words.say("Your question"), FieldKind.TEXT, max_length=QUESTION_MAX),),
        submit=words.say("Ask"),
        cancel=words.say("Cancel"),
        intro=intro,
        locale=words.locale,
    )


@asks(ReplyToQuestion)
def ask_reply(question: ReplyToQuestion, words: Words) -> Form:
    """Ask for the reply to a question."""
    return Form(
        action="question.reply.send",
        value=question.value,
        title=words.say("Reply"),
        fields=(Field("reply", words.say("Your reply"), FieldKind.TEXT, max_length=QUESTION_MAX),),
        submit=words.say("Send"),
        cancel=words.say("Cancel"),
        intro=question.text,
        locale=words.locale,
    )
