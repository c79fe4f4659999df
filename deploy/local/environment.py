"""What the seven services are told: addresses, roles, secrets."""

import os
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.layout import SERVICES, STATEFUL, Layout
from deploy.local.objects import BUCKETS
from deploy.local.ports import LOOPBACK, choose, free_ports
from deploy.local.secrets import Secrets
from deploy.local.servers import Servers

#: A killed worker's partitions wait this long for their next owner.
_SESSION_SECONDS = 6
_LOOPBACK_NETWORK = "127.0.0.0/8"


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where a person, a carrier and a test find this machine's Tandem."""

    portal: str
    webhooks: str
    media: str
    phone: str
    #: `host:port`.
    control: str
    health: Mapping[str, str]


def addresses(wanted: Mapping[str, int]) -> Addresses:
    """Choose ports: the wanted ones if they are free."""

    def url(name: str) -> str:
        return f"http://{LOOPBACK}:{choose(wanted.get(name))}"

    ports = zip(SERVICES, free_ports(len(SERVICES)), strict=True)
    return Addresses(
        portal=url("portal"),
        webhooks=url("webhooks"),
        media=url("media"),
        phone=url("phone"),
        control=f"{LOOPBACK}:{free_ports(1)[0]}",
        health={service: f"{LOOPBACK}:{port}" for service, port in ports},
    )


def environment(
    servers: Servers, places: Addresses, secrets: Secrets, layout: Layout
) -> dict[str, str]:
    """Everything in one set: each service reads what has its own name in front."""
    values = {
        "TANDEM_KAFKA": servers.kafka.address,
        "TANDEM_SESSION_SECONDS": str(_SESSION_SECONDS),
        "TANDEM_ADMIN_POSTGRES": servers.postgres.dsn,
        "TANDEM_SERVICE_PASSWORD": secrets.service_password,
        "TANDEM_S3": servers.objects.address,
        "TANDEM_MEDIA_LINK_KEY": secrets.media_link_key,
        "INGEST_HTTP": places.webhooks.removeprefix("http://"),
        "INGEST_SPOOL": str(layout.spool),
        "INGEST_CARRIERS": str(layout.carriers),
        "DISPATCH_CARRIERS": str(layout.carriers),
        "MEDIA_CARRIER_LOGINS": str(layout.logins),
        # The carriers and the push service of a demo are on this machine.
        "NOTIFY_ALLOWED_NETWORKS": _LOOPBACK_NETWORK,
        "MEDIA_ALLOWED_NETWORKS": _LOOPBACK_NETWORK,
        "DISPATCH_ALLOWED_NETWORKS": _LOOPBACK_NETWORK,
        "MEDIA_HTTP": places.media.removeprefix("http://"),
        "MEDIA_PUBLIC_URL": places.media,
        "MEDIA_S3_KEY": "media",
        "MEDIA_S3_SECRET": servers.objects.secrets["media"],
        "MEDIA_BUCKET": BUCKETS["media"],
        "INGEST_S3_KEY": "ingest",
        "INGEST_S3_SECRET": servers.objects.secrets["ingest"],
        "INGEST_BUCKET": BUCKETS["ingest"],
        "INGEST_CONTROL": places.control,
        "INGEST_CONTROL_KEY": secrets.ingest_control_key,
        "GATEWAY_HTTP": places.portal.removeprefix("http://"),
        "GATEWAY_PUBLIC_URL": places.portal,
        "NOTIFY_VAPID_PRIVATE_KEY": secrets.vapid_private_key,
        "GATEWAY_PUSH_KEY": secrets.vapid_public_key,
    }
    for service in SERVICES:
        values[f"{service.upper()}_HEALTH"] = places.health[service]
    for service in STATEFUL:
        values[f"{service.upper()}_POSTGRES"] = _dsn(servers.postgres.dsn, service, secrets)
    return values


def write(path: Path, values: Mapping[str, str]) -> None:
    """Keep it for `./tandem`, readable by its owner alone."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in sorted(values.items()))


def _dsn(admin: str, service: str, secrets: Secrets) -> str:
    url = urllib.parse.urlsplit(admin)
    place = f"tandem_{service}:{secrets.service_password}@{url.hostname}:{url.port}"
    return urllib.parse.urlunsplit(url._replace(netloc=place))
