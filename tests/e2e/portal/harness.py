"""People at browsers: what the portal's tests do and look at, in the words of portal.md §8."""

import itertools
import os
import re
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Route,
    expect,
)

from tests.support.desks import Desk
from tests.support.system import Running
from tests.support.waiting import wait_until

_WITH_WINDOWS = ("chromium", "chromium-browser", "google-chrome")
#: What stands on a desktop, and notifies.
CHROMIUM = next(filter(None, map(shutil.which, _WITH_WINDOWS)), _WITH_WINDOWS[0])
#: The same engine for a third of the CPU, where it is packed by itself (deploy/browser.sh).
HEADLESS = shutil.which("chromium-headless-shell") or CHROMIUM
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
ROOT = Path(__file__).resolve().parents[3]
TARGETS = Path(__file__).with_name("targets.js")
#: Of anything that a finger is to hit (portal.md §9.1).
FINGER_PIXELS = 44
AXE = ROOT / "services/gateway/portal/node_modules/axe-core/axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_LOOKS: tuple[tuple[Literal["light", "dark"], Literal["none", "active"]], ...] = (
    ("light", "none"),
    ("dark", "none"),
    ("dark", "active"),
)
#: For what crosses the whole system on a busy machine.
SECONDS = 30.0
expect.set_options(timeout=SECONDS * 1_000)

Json = dict[str, Any]
#: A system that is there already (TEST_TANDEM) has met the customers of earlier runs.
_customers = itertools.count(os.getpid() % 80 * 100)


def customer_of(desk: Desk) -> str:
    """An outside number that nobody has used before."""
    return desk.customer(next(_customers))


def shown(number: str) -> str:
    """A number as the gateway writes it: (628) 200-0001."""
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"


@dataclass
class Person:
    """Somebody signed in, as a program: to prepare what a test looks at."""

    login: str
    stack: Running
    client: httpx.Client
    cookie: tuple[str, str]

    @classmethod
    def sign_in(cls, stack: Running, login: str, source: str) -> "Person":
        """Sign in from a loopback address of one's own: addresses are counted."""
        transport = httpx.HTTPTransport(local_address=source)
        headers = {"Origin": stack.portal, "X-Tandem": "portal"}
        client = httpx.Client(
            base_url=f"{stack.portal}/api/v1", headers=headers, transport=transport, timeout=60
        )
        body = {"login": login, "password": stack.sign_ins[login]}
        client.post("/session", json=body).raise_for_status()
        [cookie] = client.cookies.jar
        return cls(login, stack, client, (cookie.name, cookie.value or ""))

    def get(self, path: str, **query: str | int) -> Json:
        answer = self.client.get(path, params=query)
        assert answer.is_success, f"GET {path}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    def send(self, method: str, path: str, body: Json | None = None) -> Json:
        key = str(uuid.uuid4())  # noqa: TID251 - a client's own key
        headers = {"Idempotency-Key": key}
        answer = self.client.request(method, path, json=body or {}, headers=headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    def work(self, *queues: str) -> None:
        """Log in to queues."""
        for queue in queues:
            self.send("POST", f"/queues/{queue}/login")

    def let_go(self) -> None:
        """Hold nothing: leave the queues of what an earlier test left in hand."""
        queues = [one["queue"] for one in self.get("/bootstrap")["conversations"] if one["queue"]]
        for queue in {one["id"] for one in queues if one["mine"] and one["state"] == "claimed"}:
            self.send("POST", f"/queues/{queue}/logout", {"held": "release"})

    def conversation_with(self, number: str) -> Json:
        """Wait for the conversation with an outside number in this person's list."""

        def found() -> Json | None:
            for one in self.get("/bootstrap")["conversations"]:
                if number in {phone["number"] for phone in one["counterparts"]}:
                    return dict(one)
            return None

        return wait_until(found, SECONDS, every=0.2) or {}

    def waiting(self, queue: str, number: str) -> Json:
        """Wait until an outside number waits in a queue."""

        def found() -> Json | None:
            for one in self.get("/bootstrap")["waiting"]:
                if (one["queue_id"], one["counterpart"]["number"]) == (queue, number):
                    return dict(one)
            return None

        return wait_until(found, SECONDS, every=0.2) or {}

    def chat_with(self, other: str) -> str:
        """Start the chat with a teammate; gives its id."""
        return str(self.send("POST", "/conversations", {"kind": "direct", "to": [other]})["id"])

    def say(self, conversation: str, text: str, epoch: int | None = None) -> Json:
        body = {"text": text, "epoch": epoch}
        return self.send("POST", f"/conversations/{conversation}/messages", body)

    def is_told(self, conversation: str, count: int) -> None:
        """Wait until the conversation has so many messages."""
        path = f"/conversations/{conversation}"
        wait_until(lambda: self.get(path)["last_position"] >= count, 120, every=0.3)


@dataclass
class Seat:
    """A person at a browser; errors of the page fail the test when they get up."""

    person: Person
    context: BrowserContext
    page: Page
    errors: list[str] = field(default_factory=list)

    @classmethod
    def take(
        cls,
        browser: Browser,
        person: Person,
        *,
        signed_in: bool = True,
        **how: Any,  # noqa: ANN401 - Playwright's options
    ) -> "Seat":
        mobile = how.pop("mobile", False)
        size = {"width": 390, "height": 780} if mobile else {"width": 1280, "height": 800}
        options: Json = {"viewport": size, "has_touch": mobile, "is_mobile": mobile, **how}
        context = browser.new_context(base_url=person.stack.portal, **options)
        return cls.at(person, context, signed_in=signed_in)

    @classmethod
    def at(cls, person: Person, context: BrowserContext, *, signed_in: bool = True) -> "Seat":
        """Sit at what is there already."""
        if signed_in:
            name, value = person.cookie
            context.add_cookies([{"name": name, "value": value, "url": person.stack.portal}])
        seat = cls(person, context, context.new_page())
        seat.page.on("pageerror", lambda error: seat.errors.append(str(error)))
        seat.page.on("console", seat.hear)
        return seat

    def hear(self, message: ConsoleMessage) -> None:
        # The network's own noise: refusals and cut connections are what some tests are about.
        noise = (
            "Failed to load resource",
            "WebSocket connection to",
            # A context of one's own is what Chromium calls incognito; alerts work by the tabs then.
            "Chrome currently does not support the Push API in incognito mode",
        )
        if message.type == "error" and not message.text.startswith(noise):
            self.errors.append(message.text)

    def leave(self) -> None:
        self.context.close()
        assert self.errors == [], self.errors

    def open(self, path: str = "/messages") -> Page:
        """Go there, and wait until the page follows the feed."""
        self.page.goto(path)
        expect(self.page.locator("[data-net=live]")).to_be_attached()
        return self.page

    def row(self, conversation: str) -> Locator:
        rows = self.page.get_by_role("navigation", name="Conversations")
        return rows.locator(f"[role=tabpanel] [data-conv-id='{conversation}']")

    def waiting_row(self, conversation: str, queue: str = "Support") -> Locator:
        waiting = self.page.get_by_role("list", name=f"Waiting in {queue}", exact=True)
        return waiting.locator(f"[data-conv-id='{conversation}']")

    @property
    def articles(self) -> Locator:
        return self.page.get_by_role("feed", name="Messages", exact=True).get_by_role("article")

    def article(self, text: str | re.Pattern[str]) -> Locator:
        return self.articles.filter(has_text=text)

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Type your message", exact=True)

    def write(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    def claim(self, conversation: str, number: str) -> None:
        """Claim by the button, and wait for the thread."""
        row = self.waiting_row(conversation)
        row.get_by_role("button", name=f"Claim {shown(number)}", exact=True).click()
        expect(self.page).to_have_url(f"{self.person.stack.portal}/messages/{conversation}")

    def distance_from_end(self) -> float:
        return float(
            self.page.locator("[data-scroller=feed]").evaluate(
                "s => s.scrollHeight - s.scrollTop - s.clientHeight"
            )
        )

    def hold(self, pattern: str, method: str = "POST") -> "Held":
        """Keep requests from the gateway until they are let go."""
        held = Held()
        self.page.route(pattern, lambda route: held.take(route, method))
        return held

    def check_accessible(self, *, forced: bool = False) -> None:
        """Find nothing by axe, in the light and in the dark; and in colours that are forced."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        for look in _LOOKS[: None if forced else 2]:
            self.page.emulate_media(
                color_scheme=look[0], forced_colors=look[1], reduced_motion="reduce"
            )
            found = self.page.evaluate(
                "tags => axe.run(document, { runOnly: tags }).then(found => found.violations.map("
                " v => [v.id, v.help, v.nodes.map(n => `${n.html} ${n.failureSummary}`)]))",
                AXE_TAGS,
            )
            assert found == [], (look, found)

    def check_touchable(self) -> None:
        """Find nothing that a finger would miss (WCAG 2.5.8; portal.md §9.1: 44 px)."""
        assert self.page.evaluate("matchMedia('(pointer: coarse)').matches")
        missed = self.page.evaluate(TARGETS.read_text(encoding="utf-8"), FINGER_PIXELS)
        assert missed == [], (self.page.url, missed)


@dataclass
class Held:
    """Requests on their way that do not arrive yet."""

    routes: list[Route] = field(default_factory=list)
    opened: bool = False

    def take(self, route: Route, method: str) -> None:
        if self.opened or route.request.method != method:
            route.continue_()
        else:
            self.routes.append(route)

    def let_go(self) -> None:
        self.opened = True
        for route in self.routes:
            route.continue_()
        self.routes.clear()


def text_them(stack: Running, desk: Desk, count: int, prefix: str = "Hello") -> list[str]:
    """So many customers write to Alice's number; gives their numbers."""
    customers = [customer_of(desk) for _ in range(count)]
    for number in customers:
        stack.text_us(number, desk.number, f"{prefix} from {number}", wait=True)
    return customers


def sent_to_customers(stack: Running, text: str) -> list[Json]:
    """What reached carriers of ours with this text."""
    history = stack.history(kind="text")
    return [one for one in history if one["direction"] == "out" and one["text"] == text]


def count_tones(seat: Seat) -> Callable[[], int]:
    """Count the notes that the page plays, from its next address on."""
    seat.page.add_init_script(
        "window.tones = 0; const start = OscillatorNode.prototype.start;"
        " OscillatorNode.prototype.start = function (...when) {"
        " window.tones += 1; return start.apply(this, when); };"
    )
    return lambda: int(seat.page.evaluate("() => window.tones"))


def read_all(person: Person) -> None:
    """Leave nothing unread of what earlier tests at this desk have left."""
    for one in person.get("/conversations", filter="unread", limit=100)["items"]:
        body = {"up_to": one["last_position"]}
        person.send("PUT", f"/conversations/{one['id']}/read", body)


Sit = Callable[..., Seat]
