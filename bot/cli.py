"""The command line: `matchpoint …` (= `python -m bot`). It speaks English."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from bot import settings as environment
from bot.evaluation.folders import Half

app: Final = typer.Typer(
    name="matchpoint",
    help="Matchpoint, the assistant of clean-tech clusters: challenges, answers and introductions in the team chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line."""
    app()


def _settings(*, port: int | None = None) -> environment.Settings:
    settings = environment.Settings()
    return settings if port is None else settings.model_copy(update={"port": port})


@app.command()
def demo(
    story: Annotated[bool, typer.Option("--story", help="Play the whole journey by itself and print it.")] = False,
    port: Annotated[
        int, typer.Option(envvar="PORT", min=0, max=65535, help="Port of the web workspace; 0 takes a free one.")
    ] = 0,
    folder: Annotated[Path | None, typer.Option(help="Keep the demo's store here instead of a fresh one.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Run the main job on sample data: SQLite, no account, no key."""
    from bot import demo as the_demo

    raise typer.Exit(the_demo.play_story() if story else the_demo.run(port=port, folder=folder, browser=not no_browser))


@app.command()
def run(port: Annotated[int | None, typer.Option(help="Instead of PORT.")] = None) -> None:
    """Run web, worker and clock in one process."""
    from bot import server

    server.serve(_settings(port=port), with_worker=True)


@app.command()
def web(port: Annotated[int | None, typer.Option(help="Instead of PORT.")] = None) -> None:
    """Run the web process alone; a worker must run beside it."""
    from bot import server

    server.serve(_settings(port=port), with_worker=False)


@app.command()
def worker() -> None:
    """Run a worker: the delivery loop and the clock."""
    from bot import server

    server.work(_settings())


@app.command()
def migrate() -> None:
    """Bring the store to the newest shape; harmless when it is there already."""
    from bot import server

    server.migrate(_settings())


@app.command()
def doctor() -> None:
    """Say in plain words what is missing: token, scopes, channels, migrations, clock."""
    from bot import doctor as the_doctor

    raise typer.Exit(the_doctor.examine(_settings()))


@app.command()
def setup(
    cluster: Annotated[str, typer.Option(help="Name of the cluster.")],
    country: Annotated[str, typer.Option(help="Its country, two letters: DK.")],
    workspace: Annotated[
        str,
        typer.Option(help="Id of its workspace: T0… in Slack, the tenant's id in Teams, any short name for the web."),
    ],
    manager: Annotated[list[str], typer.Option(help="E-mail of a manager; may be given several times.")],
    challenge_channel: Annotated[
        str, typer.Option(help="Channel of the challenges: C0… in Slack, 19:… in Teams; empty makes one, but in Teams.")
    ] = "",
    managers_channel: Annotated[str, typer.Option(help="Channel of the managers; empty makes a private one.")] = "",
    surface: Annotated[str, typer.Option(help="slack, teams or web.")] = "",
    language: Annotated[
        str, typer.Option(help="Language of the workspace: en, da, de, nl, sv or nb; empty means that of the country.")
    ] = "",
) -> None:
    """Create or activate a cluster and bind a workspace to it."""
    from bot import operations

    raise typer.Exit(
        operations.set_up(
            _settings(),
            cluster=cluster,
            country=country,
            workspace=workspace,
            managers=manager,
            challenge_channel=challenge_channel,
            managers_channel=managers_channel,
            surface=surface or ("slack" if workspace.startswith("T") and workspace.isupper() else "web"),
            language=language,
        )
    )


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="CSV files, in the order clusters, organisations, people, profiles.")
    ],
    kind: Annotated[str, typer.Option(help="What the file holds, if its header does not tell.")] = "",
    partial: Annotated[bool, typer.Option("--partial", help="Import the good rows although others are wrong.")] = False,
) -> None:
    """Import clusters, organisations, people, profiles or challenges from CSV; harmless to repeat."""
    from bot import operations

    raise typer.Exit(operations.import_files(_settings(), files, kind=kind, partial=partial))


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder for the files.")],
    kind: Annotated[
        str, typer.Option(help="Only this: clusters, organisations, people, profiles or challenges; or vouchers.")
    ] = "",
) -> None:
    """Export the directory as CSV, in the format of the import; or vouchers as CSV and XLSX, for funders."""
    from bot import operations

    raise typer.Exit(operations.export(_settings(), folder, kind=kind))


@app.command()
def rank(
    text: Annotated[str, typer.Argument(help="What is sought, in your own words; - reads standard input.")] = "",
    file: Annotated[Path | None, typer.Option(help="Read the text from this file instead.")] = None,
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=100)] = 5,
    countries: Annotated[str, typer.Option(help="Only organisations active there: DK,NL.")] = "",
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Rank the directory's organisations for a text, with reasons."""
    from bot import rank as the_rank

    raise typer.Exit(the_rank.rank(_settings(), text, file=file, countries=countries, limit=limit, as_json=json))


@app.command("eval")
def eval_(
    folder: Annotated[
        Path | None, typer.Argument(help="A judged collection: corpus.jsonl, queries.jsonl, qrels.tsv, meta.json.")
    ] = None,
    against: Annotated[
        str, typer.Option(help="Measure these beside it: bm25s, chars, tantivy; several with commas.")
    ] = "",
    half: Annotated[
        Half | None, typer.Option(help="Only this half of the queries: choose weights on one, report the other.")
    ] = None,
    decisions: Annotated[
        bool, typer.Option("--decisions", help="Report instead how often managers approved what was proposed.")
    ] = False,
    fit: Annotated[
        bool, typer.Option("--fit", help="Propose weights, fitted to the folder or else to the decisions.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Measure how good the ranker is: on a judged collection, or by what managers decided."""
    from bot.evaluation import command, fitting
    from bot.evaluation import decisions as decided

    if decisions:
        raise typer.Exit(decided.report(_settings(), as_json=json))
    if fit and folder is None:
        raise typer.Exit(fitting.fit_decisions(_settings(), as_json=json))
    if folder is None:
        raise typer.BadParameter("Give the folder of a judged collection, for instance examples/judged.")
    if fit:
        raise typer.Exit(fitting.fit_folder(_settings(), folder, half=half, as_json=json))
    names = [name.strip() for name in against.split(",") if name.strip()]
    raise typer.Exit(command.evaluate(folder, against=names, half=half, as_json=json))


@app.command()
def simulate(
    clusters: Annotated[int, typer.Option(min=2, max=400, help="Clusters, each with a workspace and a buyer.")] = 200,
    smes: Annotated[int, typer.Option(min=2, max=9000, help="SMEs, spread over the clusters.")] = 4000,
    challenges: Annotated[int, typer.Option(min=1, max=10_000, help="Challenges that the buyers state.")] = 300,
    days: Annotated[int, typer.Option(min=7, max=3650, help="How many days the programme lasts.")] = 730,
    seed: Annotated[int, typer.Option(help="The same seed plays the same programme.")] = 1,
    database: Annotated[
        str, typer.Option(help="Address of an empty SQLite store to keep, sqlite:///file.db; else a temporary one.")
    ] = "",
    json: Annotated[Path | None, typer.Option(help="Write figures and invariants to this file, for programs.")] = None,
) -> None:
    """Play a whole programme in simulated time against fake platforms, and check that every promise is kept.

    The exit code is 1 if one was broken.
    """
    from bot.simulation import command
    from bot.simulation.programme import Size

    size = Size(clusters=clusters, smes=smes, challenges=challenges, days=days, seed=seed)
    raise typer.Exit(command.simulate(size, database_url=database, json_file=json))


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Encrypt stored secrets with the first key of ENCRYPTION_KEYS, so that the others can be taken away."""
    from bot.operations import rotate_keys

    raise typer.Exit(rotate_keys(_settings()))


@app.command()
def link(
    email: Annotated[str, typer.Argument(help="Of somebody in the directory.")],
    workspace: Annotated[str, typer.Option(help="Short name of the web workspace.")],
) -> None:
    """Print a signed personal link into the web workspace."""
    from bot import operations

    raise typer.Exit(operations.link(_settings(), email=email, workspace=workspace))


@app.command("teams-package")
def teams_package(
    file: Annotated[Path, typer.Argument(help="The ZIP archive to write.")],
) -> None:
    """Write the app package that an administrator uploads to Microsoft Teams."""
    from bot import operations

    raise typer.Exit(operations.teams_package(_settings(), file))
