"""What is open about challenges, and the buttons that are always there, on one's own page."""

from __future__ import annotations

from messages.card import Actions, Button, Card, Section, Style
from messages.compose.registry import composes
from messages.compose.sheets import heading, told_in
from messages.i18n import Words
from messages.notices.challenge_todos import ChallengeTodo, Doors, TodoKind
from messages.parts import undecided


@composes(ChallengeTodo)
def compose_todo(notice: ChallengeTodo, words: Words) -> Card:
    """Write one open thing with the button that settles it."""
    text, button = _todo(notice, words)
    return Card(
        title=heading(notice.id, notice.title),
        blocks=(Section(text), *told_in(notice.said_in, translated=True, words=words), Actions((button,))),
        summary=text,
        locale=words.locale,
    )


def _todo(notice: ChallengeTodo, words: Words) -> tuple[str, Button]:
    def press(label: str, action: str) -> Button:
        return Button(label, action=action, value=notice.value or notice.id, style=Style.PRIMARY)

    match notice.kind:
        case TodoKind.DRAFT:
            text = words.say("A draft of yours. Complete and submit it when you are ready.")
            return text, press(words.say("Complete it"), "challenge.edit")
        case TodoKind.RETURNED:
            text = words.say("Your cluster manager asks for a change: {reason}", reason=notice.note)
            return text, press(words.say("Change it"), "challenge.edit")
        case TodoKind.ANSWERS:
            text = words.count("One answer waits for you.", "{n} answers wait for you.", notice.number)
            return text, press(words.say("Read the answers"), "challenge.answers")
        case TodoKind.VERDICTS:
            return _due(_undecided(notice, words), notice, words), press(
                words.say("Read the answers"), "challenge.answers"
            )
        case TodoKind.OWED:
            return _due(_owed(notice, words), notice, words), press(words.say("Read the answers"), "challenge.answers")
        case TodoKind.OUTCOME:
            text = words.say("It is closed, and every answer has its yes or no. Say what came of it.")
            return text, press(words.say("What came of it"), "challenge.resolve")
        case TodoKind.SCREEN:
            text = words.say("Waits to be screened: publish it, or return it with a reason.")
            return text, press(words.say("Screen it"), "screening.show")
        case TodoKind.OFFER:
            text = words.say("A partner cluster offers this challenge to your members.")
            return text, press(words.say("Look at it"), "sharing.show")


def _undecided(notice: ChallengeTodo, words: Words) -> str:
    text = undecided(notice.number, notice.shortlisted, words)
    if not notice.shortlisted:
        return text
    return text + " " + words.say("Cluster managers approve introductions; you can still decline.")


def _owed(notice: ChallengeTodo, words: Words) -> str:
    liked = undecided(0, notice.shortlisted, words)
    if not notice.number:
        return liked
    owed = words.count(
        "The buyer still owes one answer a yes or a no.",
        "The buyer still owes {n} answers a yes or a no.",
        notice.number,
    )
    return f"{owed} {liked}".rstrip()


def _due(text: str, notice: ChallengeTodo, words: Words) -> str:
    return text if notice.on is None else "\n".join((text, words.say("It is due by {day}.", day=notice.on)))


@composes(Doors)
def compose_doors(notice: Doors, words: Words) -> Card:
    """Offer what can always be done with challenges."""
    buttons: list[Button] = []
    if notice.buyer:
        state = Button(words.say("State a challenge"), action="challenge.new", style=Style.PRIMARY)
        buttons += [state, Button(words.say("My challenges"), action="challenge.mine")]
    if notice.sme:
        buttons.append(Button(words.say("Answer a challenge"), action="answer.choose", style=Style.PRIMARY))
        buttons.append(Button(words.say("My answers"), action="answer.mine"))
    buttons.append(Button(words.say("Open challenges"), action="challenge.list"))
    return Card(
        title=words.say("Challenges"),
        blocks=(
            Section(words.say("A challenge is what a large buyer looks for; smaller companies answer it.")),
            Actions(tuple(buttons)),
        ),
        locale=words.locale,
    )
