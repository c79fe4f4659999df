#!/usr/bin/env bash
# Install Debian or Ubuntu packages: `apt.sh "PACKAGES" "why"`. As root it does; otherwise it says
# the one line to run.
set -euo pipefail
packages=$1
why=$2
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "$why. Run this once, then try again:" >&2
    echo "  sudo apt-get install -y $packages" >&2
    exit 1
fi
echo "$why: installing $packages"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of packages
apt-get install -y -qq --no-install-recommends $packages >/dev/null 2>&1 || {
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends $packages >/dev/null
}
