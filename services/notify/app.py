"""Notify's wiring: handlers, the Web Push performer, and the runtime that carries them."""

from collections.abc import Mapping

from services.kernel import service
from services.kernel.handling import Performer
from services.kernel.outbound import Outbound, Policy
from services.notify import settings as settings_module
from services.notify.adapters.web_push import WebPushPerformer, key_of
from services.notify.handlers import WEB_PUSH, NotifyHandlers


def main() -> None:
    """Run notify until SIGTERM."""
    settings = settings_module.read()

    def performers(running: service.Running) -> Mapping[str, Performer]:
        outbound = Outbound(Policy.read(settings.allowed_networks))
        key = key_of(settings.vapid_private_key)
        return {WEB_PUSH: WebPushPerformer(outbound, key, settings.contact, running.clock)}

    service.run("notify", NotifyHandlers(), runtime="faust", performers=performers)
