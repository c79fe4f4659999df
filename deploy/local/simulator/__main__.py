"""`python -m deploy.local.simulator --port 9000 --webhooks http://127.0.0.1:8081`."""

import argparse
import os

import uvicorn

from deploy.local.ports import LOOPBACK
from deploy.local.simulator.accounts import DEFAULT_SECRET, SECRET
from deploy.local.simulator.app import Settings, build
from deploy.local.simulator.cast import SPEAKERS

_STOP_SECONDS = 2


def main() -> None:
    """Serve until stopped."""
    given = _arguments().parse_args()
    address = f"http://{LOOPBACK}:{given.port}"
    settings = Settings(
        address=address,
        webhooks=given.webhooks,
        public=given.public or given.webhooks,
        secret=os.environ.get(SECRET, DEFAULT_SECRET),
        receipt_seconds=given.receipt_seconds,
        numbers=dict(given.number or ()),
    )
    uvicorn.run(
        build(settings),
        host=LOOPBACK,
        port=given.port,
        log_level="warning",
        timeout_graceful_shutdown=_STOP_SECONDS,
    )


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.simulator", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhooks", required=True, help="where ingest listens")
    parser.add_argument("--public", help="the base address that is signed, if it is another")
    parser.add_argument("--receipt-seconds", type=float, default=0.05, help="between two reports")
    parser.add_argument(
        "--number", type=_number, action="append", help="+12025550100=twilio=Label; repeatable"
    )
    return parser


def _number(text: str) -> tuple[str, tuple[str, str]]:
    number, carrier, *label = text.split("=", 2)
    if carrier not in SPEAKERS:
        raise argparse.ArgumentTypeError(f"{carrier} is none of {', '.join(SPEAKERS)}")
    return number, (carrier, label[0] if label else carrier)


if __name__ == "__main__":
    main()
