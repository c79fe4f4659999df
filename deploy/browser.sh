#!/usr/bin/env bash
# Make sure that the browser tests find a Chromium and fonts that draw every script and emoji.
set -euo pipefail
cd "$(dirname "$0")/.."
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
deploy/apt.sh "chromium fonts-dejavu-core fonts-noto-core fonts-noto-color-emoji" \
    "the browser tests need Chromium"
