"""Cards and the form of the set-up."""

from __future__ import annotations

from typing import Final

from messages.card import (
    Actions,
    Block,
    Button,
    Card,
    Confirm,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Option,
    Section,
    Style,
)
from messages.compose.registry import asks, composes
from messages.i18n import Words
from messages.notices.setup import (
    ChallengesWelcome,
    ClusterDecided,
    ClusterProposed,
    ManagerStillInside,
    ManagersWelcome,
    SetUpState,
    SetUpWorkspace,
)
from messages.parts import languages, sentence

NAME_MAX: Final = 200
#: No language: which one it is depends on the country that is typed in the same form.
_OF_COUNTRY: Final = "country"


@asks(SetUpWorkspace)
def ask_set_up(question: SetUpWorkspace, words: Words) -> Form:
    """Ask for cluster, language, channels and managers; all but a name and a country may stay as it is."""
    added = words.say("A channel that is missing here belongs to a team that I was not added to yet.")
    fields = () if question.bound else _cluster_fields(question, words)
    own = () if question.language else (Option(_OF_COUNTRY, words.say("The language of the country")),)
    fields += (
        Field(
            "language",
            words.say("Language of the channels"),
            FieldKind.CHOICE,
            value=question.language or _OF_COUNTRY,
            options=(*own, *languages(words)),
            hint=words.say("Everybody may choose another one for what they get privately."),
        ),
        Field("zone", words.say("Time zone"), value=question.zone, hint=words.say("Such as Europe/Copenhagen.")),
        Field(
            "challenge_channel",
            words.say("Channel for challenges"),
            FieldKind.CHANNEL,
            required=not question.makes_channels,
            value=question.challenge_channel,
            hint=words.say("Leave it empty, and I will create #challenges.") if question.makes_channels else added,
        ),
        Field(
            "managers_channel",
            words.say("Channel of the cluster managers"),
            FieldKind.CHANNEL,
            required=not question.makes_channels,
            value=question.managers_channel,
            hint=words.say("A private one. Leave it empty, and I will create #matchpoint-managers.")
            if question.makes_channels
            else words.say("One that only managers read: of a team of theirs, or a group chat."),
        ),
        Field(
            "managers",
            words.say("Cluster managers"),
            FieldKind.PEOPLE,
            value=question.managers,
            hint=words.say("They screen challenges, approve introductions and let members in."),
        ),
    )
    return Form(
        action="setup.save",
        title=words.say("Set Matchpoint up"),
        fields=fields,
        submit=words.say("Save"),
        cancel=words.say("Cancel"),
        intro=words.say("This workspace belongs to {cluster}.", cluster=question.bound) if question.bound else "",
        locale=words.locale,
    )


def _cluster_fields(question: SetUpWorkspace, words: Words) -> tuple[Field, ...]:
    known = tuple(Option(key, _named(name, country, words)) for key, name, country in question.clusters)
    new = Option("new", words.say("Another one, named below"))
    choice = Field(
        "cluster",
        words.say("Your cluster"),
        FieldKind.CHOICE,
        value=known[0].value if len(known) == 1 else "",
        required=False,
        options=(*known, new),
    )
    return (
        *((choice,) if known else ()),
        Field(
            "name",
            words.say("Name of the cluster"),
            required=not known,
            max_length=NAME_MAX,
            hint=words.say("Only if it is not in the list above.") if known else "",
        ),
        Field(
            "country",
            words.say("Country"),
            required=not known,
            value=question.country,
            max_length=60,
            hint=words.say("Such as {country} or {code}.", country=words.country("DK"), code="DK"),
        ),
    )


def _named(name: str, country: str, words: Words) -> str:
    return words.say("{name}, {country}", name=name, country=words.country(country))


@composes(SetUpState)
def compose_set_up_state(notice: SetUpState, words: Words) -> Card:
    """Show how the workspace is set up, and what comes next."""
    made, coming = words.say("Ready"), words.say("Being created")
    facts = Facts(
        (
            Fact(words.say("Cluster"), _named(notice.cluster, notice.country, words)),
            Fact(words.say("Language"), words.language(notice.language)),
            Fact(words.say("Time zone"), notice.zone),
            Fact(words.say("Channel for challenges"), made if notice.challenge_channel else coming),
            Fact(words.say("Channel of the cluster managers"), made if notice.managers_channel else coming),
            Fact(words.say("Cluster managers"), words.listed(notice.managers) or words.say("None yet")),
        )
    )
    blocks: list[Block] = [Section(_set_up_text(notice, words)), facts]
    if notice.unmet:
        blocks.append(
            Note(
                words.say(
                    "I cannot message {names} yet. That works as soon as they have used any of my commands.",
                    names=words.listed(notice.unmet),
                )
            )
        )
    if notice.let_go:
        blocks.append(
            Section(
                words.say(
                    "No longer a manager: {names}. The managers' channel is closed to them; where I may not take "
                    "somebody out of it, I tell the other managers.",
                    names=words.listed(notice.let_go),
                )
            )
        )
    change = Button(words.say("Change it"), action="setup.change")
    language = words.say(
        "What I post in the channels is in {language}; choose another language with “{button}”. What somebody gets "
        "privately is in the language of his or her own settings.",
        language=words.language(notice.language),
        button=change.label,
    )
    blocks += [Note(language), Actions((change,))]
    return Card(title=words.say("Matchpoint in this workspace"), blocks=tuple(blocks), locale=words.locale)


def _set_up_text(notice: SetUpState, words: Words) -> str:
    if not notice.active:
        return words.say(
            "{cluster} waits to be activated by a manager of another cluster or by the operator of this deployment. "
            "You need not do anything; I tell the managers when it is done.",
            cluster=notice.cluster,
        )
    if notice.fresh:
        return words.say(
            "Done. Buyers can state challenges with /challenge, and everybody else joins with /matchpoint join."
        )
    return words.say("Everything is set up.")


@composes(ManagerStillInside)
def compose_manager_still_inside(notice: ManagerStillInside, words: Words) -> Card:
    """Ask a manager to take somebody out of the managers' channel, where the platform keeps that from Matchpoint."""
    if notice.inside:
        text = words.say(
            "{name} is no longer a manager, but I am not allowed to take anybody out of the managers' channel. {name} "
            "can still read what is posted there: please remove {name} from the channel yourself.",
            name=notice.name,
        )
    else:
        text = words.say("{name} is no longer a manager and no longer reads the managers' channel.", name=notice.name)
    return Card(
        title=words.say("Who manages {cluster}", cluster=notice.cluster),
        blocks=(
            Section(text),
            Facts((Fact(words.say("Cluster managers"), words.listed(notice.managers) or words.say("None yet")),)),
            Actions((Button(words.say("How it is set up"), action="setup.start"),)),
        ),
        locale=words.locale,
    )


@composes(ClusterProposed)
def compose_cluster_proposed(notice: ClusterProposed, words: Words) -> Card:
    """Ask managers of other clusters whether a new one may come in."""
    by = f"{notice.by} ({notice.email})" if notice.email else notice.by
    facts = [
        Fact(words.say("Cluster"), _named(notice.name, notice.country, words)),
        Fact(words.say("Workspace"), notice.workspace),
        Fact(words.say("Proposed by"), by),
    ]
    if notice.managers:
        facts.append(Fact(words.say("Its managers"), words.listed(notice.managers)))
    blocks: list[Block] = [Facts(tuple(facts))]
    if notice.active:
        blocks.append(Section(words.say("It is active. {name} let it in.", name=notice.decided_by or "Matchpoint")))
    elif notice.declined:
        blocks.append(Section(words.say("{name} did not let it in.", name=notice.decided_by)))
    else:
        blocks.insert(
            0,
            Section(words.say("Somebody set Matchpoint up for this cluster. Do you know them, and may they come in?")),
        )
        blocks.append(Actions(_decisions(notice, words)))
    title = words.say("{id} · A new cluster: {name}", id=notice.id, name=notice.name)
    return Card(title=title, blocks=tuple(blocks), locale=words.locale)


def _decisions(notice: ClusterProposed, words: Words) -> tuple[Button, ...]:
    confirm = Confirm(
        words.say("Let {name} in?", name=notice.name),
        words.say("Its managers then see its members and are offered challenges of other clusters."),
        words.say("Let them in"),
        words.say("Not yet"),
    )
    value = notice.value or notice.id
    return (
        Button(words.say("Let them in"), "cluster.activate", value, style=Style.PRIMARY, confirm=confirm),
        Button(words.say("I do not know them"), "cluster.decline", value, style=Style.DANGER),
    )


@composes(ClusterDecided)
def compose_cluster_decided(notice: ClusterDecided, words: Words) -> Card:
    """Confirm the decision."""
    if notice.active:
        text = words.say("{name} is active now, and its managers are told.", name=notice.name)
    else:
        text = words.say("{name} stays out. Whoever proposed it may propose it again.", name=notice.name)
    return sentence(text, words)


@composes(ChallengesWelcome)
def compose_challenges_welcome(notice: ChallengesWelcome, words: Words) -> Card:
    """Say in the challenge channel what happens there, and what to do first."""
    text = words.say(
        "Here {cluster} posts what large buyers look for. Answer with the button below a challenge, or simply reply in "
        "its thread: a reply becomes a draft that only you can submit.",
        cluster=notice.cluster,
    )
    buttons = (
        Button(words.say("Join"), action="join.start", style=Style.PRIMARY),
        Button(words.say("State a challenge"), action="challenge.new"),
        Button(words.say("My organisation's profile"), action="profile.edit"),
    )
    return Card(
        title=words.say("Welcome to the challenges"),
        blocks=(Section(text), Actions(buttons), Note(words.say("A thread can be read by everybody in this channel."))),
        locale=words.locale,
    )


@composes(ManagersWelcome)
def compose_managers_welcome(notice: ManagersWelcome, words: Words) -> Card:
    """Say in the managers' channel what comes here, and what to do first."""
    text = words.say(
        "This is where the managers of {cluster} decide: who joins, which challenges go out, who is introduced to "
        "whom. Each of these comes as one card with buttons, and the card shows what became of it.",
        cluster=notice.cluster,
    )
    first = words.say(
        "First bring your members in: import your lists in the web workspace, or ask people to use /matchpoint join."
    )
    buttons = (
        Button(words.say("My cluster"), action="cluster.show", style=Style.PRIMARY),
        Button(words.say("How it is set up"), action="setup.start"),
    )
    return Card(
        title=words.say("Welcome, managers of {cluster}", cluster=notice.cluster),
        blocks=(Section(text), Section(first), Actions(buttons)),
        locale=words.locale,
    )
