"""Notify's wiring: handlers, the performers of push and phone, and the runtime beneath them."""

from collections.abc import Iterator, Mapping

from schemas.device import Platform
from services.kernel import service
from services.kernel.handling import Performer
from services.kernel.outbound import Outbound, Policy
from services.notify import settings as settings_module
from services.notify.adapters.apns import ApnsPerformer
from services.notify.adapters.fcm import FcmPerformer
from services.notify.adapters.previews import PreviewLinks
from services.notify.adapters.sip import SipPerformer
from services.notify.adapters.web_push import WebPushPerformer, key_of
from services.notify.handlers import SIP_MESSAGE, WEB_PUSH, NotifyHandlers
from services.notify.handlers.mobile import EFFECTS
from services.notify.settings import Settings


def main() -> None:
    """Run notify until SIGTERM."""
    settings = settings_module.read()

    def performers(running: service.Running) -> Mapping[str, Performer]:
        policy = Policy.read(settings.allowed_networks)
        outbound = Outbound(policy)
        key = key_of(settings.vapid_private_key)
        found: dict[str, Performer] = {
            WEB_PUSH: WebPushPerformer(outbound, key, settings.contact, running.clock)
        }
        if settings.phone_system is not None:
            found[SIP_MESSAGE] = SipPerformer(settings.phone_system)
        return found | _mobile(settings, running, policy, outbound)

    handlers = NotifyHandlers(
        desk_phones=settings.phone_system is not None, mobile_phones=tuple(_platforms(settings))
    )
    service.run("notify", handlers, runtime="faust", performers=performers)


def _platforms(settings: Settings) -> Iterator[Platform]:
    if settings.apple is not None:
        yield "apns"
    if settings.google is not None:
        yield "fcm"


def _mobile(
    settings: Settings, running: service.Running, policy: Policy, outbound: Outbound
) -> dict[str, Performer]:
    """Make a performer for every push service that we may speak to."""
    links = PreviewLinks(settings.pictures, running.clock)
    found: dict[str, Performer] = {}
    if settings.apple is not None:
        alone = Outbound(policy, http2=True)
        found[EFFECTS["apns"]] = ApnsPerformer(alone, settings.apple, running.clock, links)
    if settings.google is not None:
        found[EFFECTS["fcm"]] = FcmPerformer(outbound, settings.google, running.clock, links)
    return found
