"""`python -m deploy.local run|servers|clean`: makes .venv first if it is not there.

Only the standard library may be imported before that.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"


def main() -> None:
    """Go on inside .venv, which `deploy/setup.sh` makes and keeps up to the lock."""
    if Path(sys.prefix).resolve() != VENV.resolve():
        if subprocess.call([str(ROOT / "deploy" / "setup.sh")], cwd=ROOT) != 0:
            sys.exit(1)  # it has said why
        python = str(VENV / "bin" / "python")
        os.execv(python, [python, "-m", "deploy.local", *sys.argv[1:]])  # noqa: S606 - no shell is wanted here
    from deploy.local.commands import run_command  # noqa: PLC0415 - needs .venv

    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
