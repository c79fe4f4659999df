"""The carriers' inside: accepts texts both ways, hosts pictures, reports how far ours came."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from deploy.local.simulator.cast import SPEAKERS
from deploy.local.simulator.delivery import Courier
from deploy.local.simulator.faults import Faults
from deploy.local.simulator.fetching import Fetcher
from deploy.local.simulator.journal import Journal
from deploy.local.simulator.words import Account, File, Inbound, Outbound, Receipt, State
from services.kernel import ids

#: Texts and pictures that are kept; older ones are forgotten.
MAX_TEXTS = 20_000
MAX_FILES = 200


@dataclass(kw_only=True)
class Network:
    """All carriers and everybody's phones."""

    accounts: dict[str, Account]
    courier: Courier
    journal: Journal
    faults: Faults
    #: Where this simulator is found, for the pictures' addresses.
    address: str
    #: Which carrier serves which of our numbers, with a label for the phone's page.
    numbers: dict[str, tuple[str, str]]
    receipt_seconds: float
    fetcher: Fetcher = field(default_factory=Fetcher)
    files: OrderedDict[str, File] = field(default_factory=OrderedDict)
    sent: OrderedDict[str, Outbound] = field(default_factory=OrderedDict)
    #: Texts by carrier and key: who knows keys takes the second call for the first.
    keys: OrderedDict[tuple[str, str], Outbound] = field(default_factory=OrderedDict)
    #: Accounts whose webhooks are signed with another secret by now; the API knows both.
    signers: dict[str, Account] = field(default_factory=dict)
    _reports: set[asyncio.Task[None]] = field(default_factory=set)

    def now(self) -> str:
        return self.journal.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def new_id(self, carrier: str, *, media: bool = False) -> str:
        """An id as that carrier makes them."""
        return SPEAKERS[carrier].new_id(ids.new(), media=media)

    def host(self, carrier: str, name: str, media_type: str, content: bytes) -> File:
        """Keep a picture and give it an address."""
        key = ids.new()
        file = File(
            name=name,
            media_type=media_type,
            content=content,
            url=f"{self.address}/media/{carrier}/{key}/{name}",
        )
        self.files[key] = file
        if len(self.files) > MAX_FILES:
            self.files.popitem(last=False)
        return file

    def signer(self, carrier: str) -> Account:
        """Give the account as it signs webhooks now."""
        return self.signers.get(carrier, self.accounts[carrier])

    async def text_us(self, carrier: str, message: Inbound) -> asyncio.Task[None]:
        """A customer's text sets out; the task ends when it was delivered or given up."""
        await self.journal.write(
            "text",
            carrier,
            direction="in",
            id=message.id,
            sender=message.sender,
            number=message.number,
            others=list(message.others),
            text=message.text,
            files=[{"url": file.url, "media_type": file.media_type} for file in message.files],
        )
        make = SPEAKERS[carrier].message_webhook
        return self.courier.send(make(self.signer(carrier), self.courier.public, message))

    async def take(self, message: Outbound, key: str | None = None) -> None:
        """A text of ours is accepted: it shows on the phones, and receipts set out."""
        if key is not None:
            self.keys[message.carrier, key] = message
            if len(self.keys) > MAX_TEXTS:
                self.keys.popitem(last=False)
        self.sent[message.id] = message
        if len(self.sent) > MAX_TEXTS:
            self.sent.popitem(last=False)
        if not message.media:
            await self._arrive(message, [])
        task = asyncio.create_task(self._deliver(message))
        self._reports.add(task)
        task.add_done_callback(self._reports.discard)

    async def _arrive(self, message: Outbound, files: list[dict[str, object]]) -> None:
        await self.journal.write(
            "text",
            message.carrier,
            direction="out",
            id=message.id,
            number=message.number,
            recipients=list(message.recipients),
            text=message.text,
            files=files,
            tag=message.tag,
            callback=message.callback,
        )

    async def _deliver(self, message: Outbound) -> None:
        """Fetch its files and hand it to the phones; without one of them it never arrives."""
        if message.media:
            files = await self.fetcher.fetch(message, self.address)
            if files is None:
                await self.journal.write("file", message.carrier, result="failed", id=message.id)
                await self.report(message, "failed")
                return
            await self._arrive(message, files)
        await self._report(message)

    async def report(self, message: Outbound, state: State, code: str | None = None) -> None:
        """Send one report for each recipient."""
        message.states.append(state)
        for recipient in message.recipients:
            receipt = Receipt(
                message=message, recipient=recipient, state=state, code=code, at=self.now()
            )
            make = SPEAKERS[message.carrier].receipt_webhook
            account = self.signer(message.carrier)
            if webhook := make(account, self.courier.public, receipt):
                await self.courier.send(webhook)

    async def _report(self, message: Outbound) -> None:
        """The usual life of a text, unless a fault is planned for it."""
        states: list[State] = ["sent", "delivered"]
        code = None
        if fault := self.faults.take("receipts", "fail", message.carrier):
            states, code = ["sent", "undelivered"], fault.code
        if self.faults.take("receipts", "reverse", message.carrier):
            states.reverse()
        for state in states:
            await asyncio.sleep(self.receipt_seconds)
            await self.report(message, state, code if state == "undelivered" else None)
