"""The command line. Each command parses, calls one function and prints; imports stay inside."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="auricle",
    help="Listens to a clinic's phone calls and tells the truth about them.\n\n"
    "Start with auricle demo, or set up your own clinic: auricle init DIR, put "
    "recordings in DIR/recordings, then auricle run and auricle dashboard there.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
rubric_app = typer.Typer(no_args_is_help=True, help="List, read, check and compare rubrics.")
app.add_typer(rubric_app, name="rubric")
people_app = typer.Typer(no_args_is_help=True, help="Who may look at the dashboards, and at what.")
app.add_typer(people_app, name="people")
voices_app = typer.Typer(no_args_is_help=True, help="Voice prints of those who agreed.")
app.add_typer(voices_app, name="voices")
facts_app = typer.Typer(no_args_is_help=True, help="The fact sheet as a workbook.")
app.add_typer(facts_app, name="facts")
report_app = typer.Typer(no_args_is_help=True, help="The month on paper, the week by mail.")
app.add_typer(report_app, name="report")
visits_app = typer.Typer(no_args_is_help=True, help="Bookings from the clinic's own system.")
app.add_typer(visits_app, name="visits")
mystery_app = typer.Typer(no_args_is_help=True, help="Plan, run and report mystery calls.")
app.add_typer(mystery_app, name="mystery")

Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="auricle.toml, or the folder it is in. Default: here."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, nothing else.")]


@app.command()
def demo(
    serve: Annotated[bool, typer.Option(help="Start the dashboards afterwards.")] = True,
    data: Annotated[
        Path | None, typer.Option(help="Where results go. Default: auricle-data/demo here.")
    ] = None,
) -> None:
    """Run everything on the sample clinic, then open the dashboards."""
    from auricle.commands import demo as command

    raise typer.Exit(command.demo(data or Path("auricle-data/demo"), serve=serve))


@app.command()
def init(directory: Annotated[Path, typer.Argument(help="A new or empty folder.")]) -> None:
    """Write a commented auricle.toml, a fact sheet and a rubric to start from."""
    from auricle.commands import init as command

    command.init(directory)


@app.command()
def run(
    places: Annotated[
        list[str] | None,
        typer.Argument(
            help="Recordings or folders: paths, sftp://user@host/path, s3://bucket/path. "
            "Default: those in auricle.toml."
        ),
    ] = None,
    config: Config = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Calls at a time. Default: one a CPU core.")
    ] = None,
) -> None:
    """Ingest, transcribe and score what is new.

    Interrupt it whenever you like: the next run goes on where this one stopped. Exit code 0: all
    done; 1: some files failed (they are listed); 2: it could not start.
    """
    from auricle.commands import run as command

    raise typer.Exit(command.run(config, places, workers))


@app.command()
def watch(
    config: Config = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Calls at a time. Default: one a CPU core.")
    ] = None,
) -> None:
    """Keep running and do at once what is new: recordings, and lines of logs.

    Recordings still being written are left alone until they are whole. Ctrl-C or SIGTERM end it
    after the call in progress, with exit code 0; 2: it could not start.
    """
    from auricle.commands import watch as command

    raise typer.Exit(command.watch(config, workers))


@app.command()
def transcribe(
    audio: Annotated[Path, typer.Argument(help="A recording.")],
    config: Config = None,
    json: Json = False,
) -> None:
    """Print who said what in one recording. Nothing is stored."""
    from auricle.commands import single

    single.transcribe(audio, config, as_json=json)


@app.command()
def score(
    transcript: Annotated[
        Path,
        typer.Argument(
            help="A transcript: auricle.transcript/1, WhisperX, Amazon Transcribe or "
            "Deepgram JSON, WebVTT, SRT."
        ),
    ],
    rubric: Annotated[str | None, typer.Option(help="Id or path. Default: auricle.toml's.")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Print the scorecard of one transcript, Auricle's or another program's. Nothing is stored."""
    from auricle.commands import single

    single.score(transcript, rubric, config, as_json=json)


@rubric_app.command("list")
def rubric_list() -> None:
    """Rubrics that come with Auricle."""
    from auricle.commands import rubric as command

    command.list_all()


@rubric_app.command("show")
def rubric_show(rubric: Annotated[str, typer.Argument(help="Id or path.")]) -> None:
    """A rubric as people read it."""
    from auricle.commands import rubric as command

    command.show(rubric)


@rubric_app.command("check")
def rubric_check(
    rubric: Annotated[str, typer.Argument(help="Id or path.")], config: Config = None
) -> None:
    """Check a rubric's file, its phrase lists and its examples, upheld disputes among them.

    Exit code 1: something is wrong.
    """
    from auricle.commands import rubric as command

    raise typer.Exit(command.check(rubric, config))


@rubric_app.command("diff")
def rubric_diff(
    old: Annotated[str, typer.Argument(help="Id or path.")],
    new: Annotated[str, typer.Argument(help="Id or path.")],
    calls: Annotated[bool, typer.Option("--calls", help="Each call that moves, and why.")] = False,
    config: Config = None,
) -> None:
    """Score the stored calls under two rubrics: who moves, and why. Nothing is stored."""
    from auricle.commands import rubric as command

    command.diff(old, new, config, each_call=calls)


@people_app.command("add")
def people_add(
    login: Annotated[str, typer.Argument(help="A login, or the e-mail address of OpenID Connect.")],
    role: Annotated[str, typer.Option(help="owner, analyst, administrator or shopper.")],
    name: Annotated[str, typer.Option(help="As people know them. Default: the login.")] = "",
    administrator: Annotated[
        str, typer.Option(help="The name that an administrator's calls are kept under.")
    ] = "",
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="They sign in with OpenID Connect: no password.")
    ] = False,
    config: Config = None,
) -> None:
    """Let somebody in, or change their role or password, which is asked for."""
    from auricle.commands import people as command

    command.add(login, role, name, administrator, config, local=not elsewhere)


@people_app.command("list")
def people_list(config: Config = None) -> None:
    """Everybody who was ever let in."""
    from auricle.commands import people as command

    command.list_all(config)


@people_app.command("remove")
def people_remove(login: str, config: Config = None) -> None:
    """Let somebody in no more. What they did stays theirs."""
    from auricle.commands import people as command

    command.remove(login, config)


@app.command()
def audit(
    limit: Annotated[int, typer.Option(min=1, help="So many lines, the newest first.")] = 100,
    config: Config = None,
    json: Json = False,
) -> None:
    """Who looked at which call, and who changed what."""
    from auricle.commands import people as command

    command.audit(config, limit, as_json=json)


@facts_app.command("template")
def facts_template(
    file: Annotated[Path, typer.Argument(help="The XLSX file to write.")],
) -> None:
    """Write a workbook to fill in: hours, holidays, prices, doctors, rules."""
    from auricle.commands import facts as command

    command.template(file)


@facts_app.command("import")
def facts_import(
    file: Annotated[Path, typer.Argument(help="The filled-in XLSX file.")],
    to: Annotated[Path, typer.Option(help="The fact sheet it is added to.")] = Path("facts.yaml"),
) -> None:
    """Add a workbook to the fact sheet, as its newest version."""
    from auricle.commands import facts as command

    command.import_workbook(file, to)


@app.command()
def alerts(config: Config = None) -> None:
    """Send the alerts that are due, by mail and webhook; 'run' and 'watch' do so by themselves.

    Which calls, and to whom: [alerts] in auricle.toml. Nobody is told twice.
    """
    from auricle.commands import alerts as command

    raise typer.Exit(command.alerts(config))


@app.command()
def calibrate(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Default: [score] calibration.")
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Learn from reviews what the confidence of each criterion's verdicts is worth.

    Fits, tries the fit on administrators it hasn't seen, and writes a file for this version of the
    rubric; with few reviews it declines and says how many are missing.
    """
    from auricle.commands import calibrate as command

    raise typer.Exit(command.calibrate(config, out, as_json=json))


@app.command()
def teach(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Default: [transcribe] taught.")
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Learn from corrected calls who is who at this clinic: its channels, and its words.

    Writes a file that the roles of the next calls rest on as well; calls that are transcribed stay
    as they are. The same corrections write the same file.
    """
    from auricle.commands import teach as command

    raise typer.Exit(command.teach(config, out, as_json=json))


@voices_app.command("enrol")
def voices_enrol(
    administrator: Annotated[str, typer.Argument(help="The name that calls have.")],
    consent: Annotated[str, typer.Option(help="The day of consent, as in 2026-11-30.")],
    config: Config = None,
) -> None:
    """Make the voice print of an administrator who agreed, from calls: docs/privacy.md."""
    from auricle.commands import voices

    voices.enrol(administrator, consent, config)


@voices_app.command("list")
def voices_list(config: Config = None) -> None:
    """Whose voices are known, and since when they agree."""
    from auricle.commands import voices

    voices.list_all(config)


@voices_app.command("forget")
def voices_forget(
    administrator: Annotated[str, typer.Argument(help="The name that calls have.")],
    config: Config = None,
) -> None:
    """Delete an administrator's voice print, and every suggestion that was made with it."""
    from auricle.commands import voices

    voices.forget_one(administrator, config)


@report_app.command("monthly")
def report_monthly(
    month: Annotated[str, typer.Argument(help="As in 2026-03.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Default: here.")] = None,
    config: Config = None,
) -> None:
    """Write the owner's report as PDF: the clinic, then a page for each administrator."""
    from auricle.commands import report as command

    command.month(month, out, config)


@report_app.command("weekly")
def report_weekly(
    monday: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: last week.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Default: here.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Mail it to [reports] to.")] = False,
    config: Config = None,
) -> None:
    """Write the week's digest as HTML, or mail it."""
    from auricle.commands import report as command

    command.week(monday.date() if monday else None, out, config, send=send)


@visits_app.command("import")
def visits_import(
    file: Annotated[Path, typer.Argument(help="A CSV, XLSX or Parquet file.")],
    config: Config = None,
) -> None:
    """Read bookings and visits from the clinic's own system, and match them with the calls.

    Columns and statuses are mapped under [visits] in auricle.toml: docs/figures.md. Nothing is
    written if a row is wrong; importing a file again replaces what it said.
    """
    from auricle.commands import visits as command

    command.import_visits(file, config)


@mystery_app.command("scenarios")
def mystery_scenarios(
    file: Annotated[
        Path | None, typer.Argument(help="Your own scenarios. Default: the ready ones.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Only this language.")] = None,
    config: Config = None,
) -> None:
    """List scenarios and check them: the right answers of today, as the fact sheet has them."""
    from auricle.commands import mystery as command

    command.scenarios(file, language, config)


Named = Annotated[str | None, typer.Option("--campaign", help="Its id. Default: the newest.")]


@mystery_app.command("plan")
def mystery_plan(
    file: Annotated[Path, typer.Argument(help="The campaign, a YAML file.")],
    config: Config = None,
) -> None:
    """Draw a campaign's calls: who calls which clinic when, with which scenario, and store them."""
    from auricle.commands import mystery as command

    command.draw(file, config)


@mystery_app.command("export")
def mystery_export(
    form: Annotated[str, typer.Option("--format", "-f", help="csv or ics.")] = "csv",
    shopper: Annotated[str | None, typer.Option(help="Only the calls of one.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File. Default: stdout.")] = None,
    campaign: Named = None,
    config: Config = None,
) -> None:
    """Write the planned calls, as a table or as a calendar for a shopper's telephone."""
    from auricle.commands import mystery as command

    command.export(form, shopper, out, campaign, config)


@mystery_app.command("progress")
def mystery_progress(campaign: Named = None, config: Config = None) -> None:
    """Calls made against calls planned: by wave, clinic and time of day."""
    from auricle.commands import mystery as command

    command.progress(campaign, config)


@mystery_app.command("match")
def mystery_match(config: Config = None) -> None:
    """Find the mystery calls among all calls and score them by their scenarios.

    'auricle run' does so at its end.
    """
    from auricle.commands import mystery as command

    command.match(config)


@mystery_app.command("report")
def mystery_report(
    wave: Annotated[int | None, typer.Option(help="Default: the last that has begun.")] = None,
    clinic: Annotated[str | None, typer.Option(help="Default: the first of your own.")] = None,
    language: Annotated[str | None, typer.Option(help="Default: the campaign's.")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="A .html or a .pdf.")] = Path(
        "report.html"
    ),
    campaign: Named = None,
    config: Config = None,
) -> None:
    """Write a wave's report: results with intervals, quotes and clips, findings, proposals."""
    from auricle.commands import mystery as command

    command.report(wave, clinic, language, out, campaign, config)


@mystery_app.command("standard")
def mystery_standard(
    version: Annotated[int | None, typer.Option(help="Default: the last.")] = None,
    accept: Annotated[
        str | None, typer.Option(help="Criterion whose words become part of it: a new version.")
    ] = None,
    wording: Annotated[str | None, typer.Option(help="The words, for --accept.")] = None,
    language: Annotated[str, typer.Option(help="Of the headings.")] = "en",
    config: Config = None,
) -> None:
    """Print the clinic's written standard as Markdown; each clause names what measures it."""
    from auricle.commands import mystery as command

    command.standard(version, accept, wording, language, config)


@mystery_app.command("token")
def mystery_token(
    shopper: Annotated[str, typer.Argument(help="As the campaign says.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it is good.")] = 30,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="End all tokens of this shopper instead.")
    ] = False,
    campaign: Named = None,
    config: Config = None,
) -> None:
    """Print the address of a shopper's own page; it needs no account and shows no other's calls."""
    from auricle.commands import mystery as command

    command.token(shopper, days, revoke, campaign, config)


@app.command()
def dashboard(
    config: Config = None,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Start the dashboards on this machine."""
    from auricle.commands import demo as command

    raise typer.Exit(command.dashboard(config, open_browser=browser))


@app.command()
def export(
    what: Annotated[
        str,
        typer.Argument(help="calls, turns, words, scorecards, verdicts, evidence, failures, runs"),
    ],
    form: Annotated[str, typer.Option("--format", "-f", help="csv, xlsx or json.")] = "csv",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File. Default: stdout.")] = None,
    config: Config = None,
) -> None:
    """Write a table, as CSV, XLSX or JSON; scorecards as JSON are auricle.scorecard/1 objects."""
    from auricle.commands import export as command

    command.export(what, form, out, config)


@app.command()
def evaluate(
    references: Annotated[
        Path,
        typer.Argument(help="Folder of references: truth files (*.json), *.stm, *.rttm, *.tsv."),
    ],
    heard: Annotated[
        Path | None,
        typer.Option(help="Folder of recordings, transcribed now, or of transcripts. Default: the "
                     "stored results."),
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Compare results with references: words, speakers, roles, invented words, waits, verdicts.

    Formats, measures and how texts are normalised: docs/evaluate.md. Exit code 1: some references
    have no result (they are listed).
    """
    from auricle.commands import evaluate as command

    raise typer.Exit(command.run(references, config, heard, as_json=json))


@app.command()
def doctor(config: Config = None, json: Json = False) -> None:
    """Say which device, models and settings will be used, and how to fix what is missing."""
    from auricle.commands import doctor as command

    raise typer.Exit(command.doctor(config, as_json=json))


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from auricle import __version__

        print(__version__)
        raise typer.Exit


INTERRUPTED = 130


def entry() -> None:
    """Run the command line; known errors become one line and exit code 2, Ctrl-C 130."""
    import sys

    from auricle.errors import AuricleError

    try:
        app()
    except AuricleError as error:
        print(f"error: {error.reason}\n  {error.remedy}", file=sys.stderr)
        sys.exit(2)
    except SystemExit as end:
        if end.code == INTERRUPTED:  # typer's answer to Ctrl-C
            print("Interrupted. The next 'auricle run' goes on from here.", file=sys.stderr)
        raise


if __name__ == "__main__":
    entry()
