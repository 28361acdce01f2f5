"""A browser on the real hub: the demonstration partnership, served by its own process, seen in Chromium.

Every page is watched: a request to another host, a script error or a breach of the content security policy
fails the test. Tests that need no data of their own take ``signed_in_page`` (both sizes) or ``wide_page``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

WIDE, NARROW = (1280, 900), (390, 844)
PASSWORD = "a-long-enough-passphrase"
AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
SERVER = """
import sys
from pathlib import Path
from django.contrib.auth import hashers
from joinedup.accounts import add_agency, add_user
from joinedup.hub import serve
from joinedup.terms import Role
from joinedup.workspace import Workspace

hashers.PBKDF2PasswordHasher.iterations = 1_000  # at a test's pace
workspace = Workspace.open(Path(sys.argv[1]))
agency = add_agency("browser-tests", "Browser tests")
for role in Role:
    name = f"Robin {role.value.title()}"
    add_user(f"test-{role.value}", name=name, role=role, agency=agency, password=sys.argv[2])
serve(workspace, port=0, ready=lambda address: print(address, flush=True))
"""


def chromium() -> str:
    """Where Chromium is; without it the test is skipped, or fails where skips are forbidden."""
    named = os.environ.get("JOINEDUP_CHROMIUM", "")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser") or ""
    if found:
        return found
    reason = "Chromium is not installed, so no page was looked at (apt-get install chromium)"
    if os.environ.get("JOINEDUP_NO_SKIPS") == "1":
        pytest.fail(reason)
    print(f"\nSKIPPED: {reason}", file=sys.__stderr__)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    path = chromium()
    # Playwright keeps an event loop in this thread; Django would refuse the database to later tests.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def hub_folder(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demonstration partnership for the hub to write its log and sessions into."""
    chromium()
    folder = tmp_path_factory.mktemp("hub") / "workspace"
    shutil.copytree(demo_folder, folder)
    return folder


@pytest.fixture(scope="session")
def hub_address(hub_folder: Path) -> Iterator[str]:
    """Where the hub is served, by a process of its own."""
    with serving(hub_folder) as address:
        yield address


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the hub of a workspace, with a user of each role; its address."""
    command = [sys.executable, "-c", SERVER, str(folder), PASSWORD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        address = server.stdout.readline().strip()
        assert address.startswith("http://localhost:"), "the hub did not start; its errors are above"
        try:
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture
def visit_hub_of(browser: Browser) -> Callable[[Path], AbstractContextManager[Visit]]:
    """Serves the hub of another workspace while visits are paid to it; the test checks what they watched."""

    @contextmanager
    def visits(folder: Path) -> Iterator[Visit]:
        with serving(folder) as address:
            paid = Visit(browser, address, {})
            yield paid
            for context, _ in paid.contexts:
                context.close()

    return visits


@dataclass
class Watch:
    """What the pages of one context asked for and complained of."""

    address: str
    strays: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def over(self, context: BrowserContext) -> None:
        """Watch every page of this context."""
        host = urlsplit(self.address).netloc
        context.on("request", lambda request: self._request(request.url, host))
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _request(self, url: str, host: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != host:
            self.strays.append(url)

    def _console(self, message: ConsoleMessage) -> None:
        harmless = (*self.expected, "GL Driver Message")  # the software renderer on its own speed
        if message.type in {"error", "warning"} and not any(word in message.text for word in harmless):
            self.complaints.append(f"{message.type}: {message.text}")

    def expect(self, *words: str) -> None:
        """Console messages with one of these words are part of the test, such as a 404 that it asks for."""
        self.expected += words

    def check(self) -> None:
        """Fail if anything left for another host, or if the browser complained."""
        assert not self.strays, f"requests to other hosts: {self.strays}"
        assert not self.complaints, f"the browser complained: {self.complaints}"


@dataclass
class Visit:
    """Opens pages for people of a role, each watched until the end of the test."""

    browser: Browser
    address: str
    sessions: dict[str, object]
    contexts: list[tuple[BrowserContext, Watch]] = field(default_factory=list)

    def __call__(self, role: str | None = None, size: tuple[int, int] = WIDE, **options: object) -> Page:
        """A new page of this size; ``role`` None has not signed in. ``page.watch`` is its Watch."""
        state = self._session(role) if role else None
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=self.address,
            storage_state=state,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
            **options,
        )
        watch = Watch(self.address)
        watch.over(context)
        self.contexts.append((context, watch))
        page = context.new_page()
        page.watch = watch
        return page

    def _session(self, role: str) -> object:
        """The role's cookies; it signs in once for all tests."""
        if role not in self.sessions:
            context = self.browser.new_context(base_url=self.address)
            page = context.new_page()
            sign_in(page, f"test-{role}")
            page.wait_for_url("**/")
            self.sessions[role] = context.storage_state()
            context.close()
        return self.sessions[role]


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in page and send it."""
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture(scope="session")
def sessions() -> dict[str, object]:
    """Signed-in cookies by role, kept for the run."""
    return {}


@pytest.fixture
def visit(browser: Browser, hub_address: str, sessions: dict[str, object]) -> Iterator[Visit]:
    """``visit("analyst", NARROW)`` gives a page; at the end no page may have strayed or complained."""
    visits = Visit(browser, hub_address, sessions)
    yield visits
    for context, _ in visits.contexts:
        context.close()
    for _, watch in visits.contexts:
        watch.check()


@pytest.fixture
def wide_page(visit: Visit) -> Page:
    """The analyst's page at 1280 by 900."""
    return visit("analyst", WIDE)


@pytest.fixture(params=[WIDE, NARROW], ids=["1280x900", "390x844"])
def signed_in_page(request: pytest.FixtureRequest, visit: Visit) -> Page:
    """The analyst's page, at both sizes."""
    return visit("analyst", request.param)


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """``assert_accessible(page)`` fails on any violation that axe finds, telling rule, element and reason."""
    script = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.evaluate(script)
        result = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
        told = [
            f"{violation['id']}: {node['target']}: {node['failureSummary']}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]
        assert not told, "\n".join(told)

    return check


@pytest.fixture
def assert_fits() -> Callable[[Page], None]:
    """``assert_fits(page)`` fails if the page has to be scrolled sideways."""

    def check(page: Page) -> None:
        over = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{page.url} is {over} pixels too wide"

    return check
