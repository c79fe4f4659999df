#!/usr/bin/env bash
# Create .venv from requirements.lock. Says what it does; does nothing while the lock is unchanged.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=.venv/lock.sha256
sum=$(sha256sum requirements.lock | cut -d' ' -f1)
[ "$(cat "$stamp" 2>/dev/null || true)" = "$sum" ] && exit 0

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Tandem needs Python 3.11 or newer; install it, or name it: PYTHON=python3.12 make setup" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    deploy/apt.sh python3-venv "Python's venv module is missing"
fi
if [ ! -x .venv/bin/python ]; then
    echo "setup: creating .venv with $("$python" --version)"
    "$python" -m venv .venv
fi
echo "setup: installing requirements.lock into .venv (about a minute the first time)"
# Not compiled here: of thirteen thousand modules most are never loaded, the others once compiled.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile \
    --use-pep517 --require-hashes -r requirements.lock
echo "$sum" >"$stamp"
