#!/usr/bin/env bash
# Make sure that the browser tests find a Chromium, fonts that draw every script and emoji, and the
# bus by which a browser speaks to its desktop.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v dbus-daemon >/dev/null || deploy/apt.sh "dbus" "tests of notifications need a bus"
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
deploy/apt.sh "chromium fonts-dejavu-core fonts-noto-core fonts-noto-color-emoji" \
    "the browser tests need Chromium"
