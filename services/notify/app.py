"""Notify's wiring: handlers, the performers of push and phone, and the runtime beneath them."""

from collections.abc import Mapping

from services.kernel import service
from services.kernel.handling import Performer
from services.kernel.outbound import Outbound, Policy
from services.notify import settings as settings_module
from services.notify.adapters.sip import SipPerformer
from services.notify.adapters.web_push import WebPushPerformer, key_of
from services.notify.handlers import SIP_MESSAGE, WEB_PUSH, NotifyHandlers


def main() -> None:
    """Run notify until SIGTERM."""
    settings = settings_module.read()
    system = settings.phone_system

    def performers(running: service.Running) -> Mapping[str, Performer]:
        outbound = Outbound(Policy.read(settings.allowed_networks))
        key = key_of(settings.vapid_private_key)
        found: dict[str, Performer] = {
            WEB_PUSH: WebPushPerformer(outbound, key, settings.contact, running.clock)
        }
        if system is not None:
            found[SIP_MESSAGE] = SipPerformer(system)
        return found

    handlers = NotifyHandlers(desk_phones=system is not None)
    service.run("notify", handlers, runtime="faust", performers=performers)
