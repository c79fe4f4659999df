#!/usr/bin/env bash
# Make sure that the browser tests find a Chromium, fonts that draw every script and emoji, and the
# bus by which a browser speaks to its desktop.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v dbus-daemon >/dev/null || deploy/apt.sh "dbus" "tests of notifications need a bus"
found=""
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then found=$name && break; fi
done
[ -n "$found" ] || deploy/apt.sh "chromium fonts-dejavu-core fonts-noto-core fonts-noto-color-emoji" \
    "the browser tests need Chromium"
# The same engine without windows takes a third of the time; where nobody packs it, Chromium does.
command -v chromium-headless-shell >/dev/null ||
    deploy/apt.sh "chromium-headless-shell" "a Chromium without windows is faster" || true
