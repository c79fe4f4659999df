"""The gateway's settings, read once: GATEWAY_*, and where files are served."""

from dataclasses import dataclass
from pathlib import Path

from services.gateway.domain.config import REQUESTS, Config
from services.kernel.settings import Address, Environment

_PORTAL = Path(__file__).parent / "portal" / "dist"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator sets; the rest are the kernel's."""

    #: GATEWAY_HTTP, `host:port`.
    listen: Address
    #: GATEWAY_PORTAL, the built portal; without it only the API is served.
    portal: Path
    #: GATEWAY_REQUESTS, that one session or key may ask at once.
    requests: int
    config: Config

    @classmethod
    def read(cls, environment: Environment | None = None) -> "Settings":
        env = environment or Environment()
        listen = env.text("GATEWAY_HTTP", "127.0.0.1:8080")
        media_url = env.text("MEDIA_PUBLIC_URL", "http://127.0.0.1:8082")
        return cls(
            listen=Address.parse(listen),
            portal=Path(env.text("GATEWAY_PORTAL", str(_PORTAL))),
            requests=int(env.number("GATEWAY_REQUESTS", REQUESTS)),
            config=Config(
                public_url=env.text("GATEWAY_PUBLIC_URL", f"http://{listen}"),
                media_url=media_url,
                media_inside=env.text("GATEWAY_MEDIA_URL", media_url),
                media_link_key=env.text("TANDEM_MEDIA_LINK_KEY").encode(),
                push_key=env.optional("GATEWAY_PUSH_KEY"),
                allowed_origins=env.items("GATEWAY_ALLOWED_ORIGINS"),
                proxies=int(env.number("GATEWAY_PROXIES", 0)),
                calls_url=env.optional("GATEWAY_CALLS_URL"),
                calls_key=env.optional("GATEWAY_CALLS_KEY"),
                names_url=env.optional("GATEWAY_CALLER_NAMES_URL"),
                names_key=env.optional("GATEWAY_CALLER_NAMES_KEY"),
                names_file=_one_source(env),
                video_template=_with_room(env.optional("GATEWAY_VIDEO")),
            ),
        )


def _one_source(env: Environment) -> Path | None:
    """Refuse to start where it is not clear which source names callers."""
    file = env.optional("GATEWAY_CALLER_NAMES_FILE")
    if file is not None and env.optional("GATEWAY_CALLER_NAMES_URL") is not None:
        raise ValueError("GATEWAY_CALLER_NAMES_URL and GATEWAY_CALLER_NAMES_FILE: choose one")
    return None if file is None else Path(file)


def _with_room(template: str | None) -> str | None:
    """Refuse to start with an address in which every video would be the same room."""
    if template is not None and "{room}" not in template:
        raise ValueError("GATEWAY_VIDEO names no {room}")
    return template
