"""Building the demonstration partnership: Teesside, on real open data."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup import durable
from joinedup.accounts import acting_viewer, add_agency, add_user
from joinedup.demo import (
    agreements,
    open_data,
    partners,
    postcodes,
    public_tables,
    registers,
    requests,
    rhythms,
    watch_lists,
)
from joinedup.errors import BadInput
from joinedup.progress import Progress, Silent
from joinedup.terms import Period, Role
from joinedup.workspace import SETTINGS_FILE, Workspace

if TYPE_CHECKING:
    from joinedup.terms import Viewer

PARTNERSHIP = "Teesside (demonstration)"
DISTRICTS = {
    "E06000001": "Hartlepool",
    "E06000002": "Middlesbrough",
    "E06000003": "Redcar and Cleveland",
    "E06000004": "Stockton-on-Tees",
}
RECEIPT_NOTE = (
    "In this demonstration dates of receipt are assumed: the published files do not say when they came out, "
    "so each month is taken as received on the day of its publication, about the end of the month after. "
    "The demonstration ends with March 2025; its feeds are late since."
)
SIGN_IN_FILE = "demo-sign-in.txt"
ASSESSMENT_PERIOD = Period.parse("2024-04..2025-03")

# Agencies have the codes that the feeds' contracts give their owners: so a data owner's own data is found.
_TEAM = ("community-safety-team", "Teesside community safety team")
_COUNCILS = ("teesside-councils", "Teesside councils")

# Invented people, one for each role and one who manages offenders, so that a visitor can see the hub as each
# of them would.
PEOPLE = [
    ("analyst", "Alex Marlow", Role.ANALYST, _TEAM),
    ("coordinator", "Bo Saltburn", Role.COORDINATOR, _TEAM),
    ("practitioner", "Priya Dale", Role.PRACTITIONER, ("council-wardens", "Teesside street wardens")),
    ("offenders", "Nat Ormesby", Role.PRACTITIONER, ("iom-team", "Teesside offender management team")),
    ("owner", "Fran Guisborough", Role.DATA_OWNER, ("police-force", "Teesside police")),
    ("theme-lead", "Kit Norton", Role.THEME_LEAD, ("public-health", "Teesside public health")),
    ("chair", "Dr Hana Eston", Role.REVIEW_CHAIR, _TEAM),
    ("auditor", "Viv Acklam", Role.AUDITOR, _COUNCILS),
    ("councillor", "Cllr Morgan Hale", Role.COUNCILLOR, _COUNCILS),
    ("administrator", "Sam Tern", Role.ADMINISTRATOR, _TEAM),
]

# Short, common, easily told apart: six of about 110 give some 2^40 passphrases; sign-in is throttled.
_WORDS = Path(__file__).with_name("words.txt")


def build(
    folder: Path,
    *,
    progress: Progress | None = None,
    documents: bool = True,
    months: Sequence[str] | None = None,
    people: int = 0,
    partner_months: Period = partners.MONTHS,
) -> Workspace:
    """Build the demonstration partnership in ``folder``, or finish one whose building was broken off.

    Every step can be repeated: places and files that are already in are left as they are. ``months`` (such
    as ``["2024-01"]``) keeps to some of the months, for tests. With ``people`` (0: the open data alone) so
    many people are invented, and their agencies' files of ``partner_months`` are delivered too; the truth of
    them is kept beside the workspace. Raises ``BadInput`` when the folder holds something else, and
    ``Damaged`` when the open data is not what was published.
    """
    progress = progress or Silent()
    with progress.stage("Checking the open data") as stage:
        stage.advance(open_data.verify(), "files are as published")
    workspace = _open_or_create(folder)
    viewer = _add_people(workspace)
    agreements.record_all(acting_viewer("administrator"))
    _load_places(workspace, progress)
    rhythms.write_files(workspace)
    _deliver(workspace, viewer, progress, months)
    if people:
        _deliver_partners(workspace, viewer, progress, people, partner_months)
    if months is None:
        requests.fill(workspace, acting_viewer("councillor"), viewer)
    if documents:
        _compute(workspace, viewer, progress)
        _write_assessments(workspace, viewer, progress)
    return workspace


def sign_in_lines(workspace: Workspace) -> list[str]:
    """How a visitor signs in: one line for each invented person."""
    path = workspace.secrets_folder / SIGN_IN_FILE
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def _open_or_create(folder: Path) -> Workspace:
    if not (folder / SETTINGS_FILE).is_file():
        return Workspace.create(
            folder, partnership=PARTNERSHIP, districts=tuple(DISTRICTS), deliveries_note=RECEIPT_NOTE
        )
    workspace = Workspace.open(folder)
    if workspace.settings.partnership != PARTNERSHIP:
        raise BadInput(
            "That workspace is a real partnership's, not the demonstration",
            where=str(folder),
            next_step="Name another folder for the demonstration",
        )
    return workspace


def _add_people(workspace: Workspace) -> Viewer:
    from joinedup.accounts.models import User

    words = _WORDS.read_text(encoding="utf-8").split()
    known = set(User.objects.values_list("username", flat=True))
    lines = sign_in_lines(workspace)
    for username, name, role, (code, agency) in PEOPLE:
        if username not in known:
            passphrase = "-".join(secrets.choice(words) for _ in range(6))
            lines.append(f"{username:<14} {passphrase}   ({name}, {role.value})")
            durable.write_secret(workspace.secrets_folder / SIGN_IN_FILE, "\n".join(lines) + "\n")
            add_user(username, name=name, role=role, agency=add_agency(code, agency), password=passphrase)
    return acting_viewer("analyst")


def _load_places(workspace: Workspace, progress: Progress) -> None:
    from joinedup.demo.places import load_demo_places

    load_demo_places(workspace, progress)


def _deliver(workspace: Workspace, viewer: Viewer, progress: Progress, months: Sequence[str] | None) -> None:
    from joinedup.feeds import Request, deliver_all

    files = open_data.street_report_files() + open_data.police_files()
    if months is not None:
        files = [file for file in files if file.path.name[:7] in months]
    requests = [Request(file.feed, file.path, file.received_at) for file in files]
    with progress.stage("Delivering the open data", len(files)) as stage:
        for receipt in deliver_all(workspace, requests, by=viewer):
            stage.advance(1, receipt.file_name)


def _deliver_partners(
    workspace: Workspace, viewer: Viewer, progress: Progress, people: int, months: Period
) -> None:
    """The invented partners' files, the registers, and what the data says of them."""
    from joinedup.hub.data_quality import review_gaps

    home = partners.truth_folder(workspace.folder)
    files = partners.write_files(home, people=people, months=months, progress=progress)
    partners.deliver_files(workspace, viewer, files, progress)
    with progress.stage("Loading where postcodes lie") as stage:
        stage.advance(1, f"{postcodes.load(workspace, home):,} postcodes")
    with progress.stage("Opening and closing the data gaps") as stage:
        registers.fill(viewer)
        stage.advance(1, f"{len(review_gaps(workspace, viewer))} changed")
    with progress.stage("Making the watch-lists") as stage:
        stage.advance(1, f"{watch_lists.fill(workspace, acting_viewer('coordinator'))} made")
    with progress.stage("Linking people across agencies") as stage:
        stage.advance(1, f"{_link(workspace, viewer):,} people")
    with progress.stage("Publishing tables for councillors") as stage:
        second = acting_viewer("coordinator")
        stage.advance(1, f"{public_tables.fill(workspace, viewer, second)} published")


def _link(workspace: Workspace, viewer: Viewer) -> int:
    """Link the people whom the analyst may know, if nobody did before; how many there are."""
    from joinedup.people import link
    from joinedup.records import RecordBook
    from joinedup.release.linking import to_link

    done = RecordBook(workspace).linkages()
    row = done[-1] if done else link(workspace, to_link(workspace, viewer).feeds, by=viewer).row
    return row.people


def _compute(workspace: Workspace, viewer: Viewer, progress: Progress) -> None:
    """Compute every measure once for each district and month: the first sight of a broken figure is here."""
    from joinedup.measures import FigureQuery, delivered_period
    from joinedup.release import available, release
    from joinedup.terms import AreaLevel, Every

    measures = [one for one in available(workspace, viewer) if delivered_period(workspace, one)]
    with progress.stage("Computing the figures", len(measures)) as stage:
        for measure in measures:
            query = FigureQuery(
                measure.name,
                form=measure.forms[0],
                level=AreaLevel.DISTRICT if measure.placed else AreaLevel.ALL,
                every=Every.MONTH,
            )
            figure = release(workspace, viewer, query, channel="demo")
            stage.advance(1, f"{measure.name}: {len(figure.rows)} figures")


def _write_assessments(workspace: Workspace, viewer: Viewer, progress: Progress) -> None:
    from joinedup.documents import write

    with progress.stage("Writing the strategic assessments", len(DISTRICTS)) as stage:
        for code, name in DISTRICTS.items():
            write(workspace, viewer, "assessment", area=code, period=ASSESSMENT_PERIOD)
            stage.advance(1, name)
