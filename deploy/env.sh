#!/usr/bin/env bash
# Writes env.example with fresh secrets to standard output: deploy/env.sh > deploy/.env
set -euo pipefail
umask 077
command -v openssl >/dev/null || { echo "env.sh: openssl is missing" >&2; exit 1; }

url_safe() { base64 -w 0 | tr '+/' '-_' | tr -d '='; }

# The key by itself: 32 bytes behind a fixed head (RFC 5915), and the point's last 65 (RFC 5480).
key=$(openssl ecparam -name prime256v1 -genkey -noout -outform DER | base64 -w 0)
private=$(base64 -d <<<"$key" | tail -c +8 | head -c 32 | url_safe)
public=$(base64 -d <<<"$key" | openssl ec -inform DER -pubout -outform DER 2>/dev/null | tail -c 65 | url_safe)

while IFS= read -r line; do
	case "$line" in
		TANDEM_VAPID_PRIVATE_KEY=) echo "$line$private" ;;
		TANDEM_VAPID_PUBLIC_KEY=) echo "$line$public" ;;
		[A-Z]*=) echo "$line$(openssl rand -hex 32)" ;;
		*) echo "$line" ;;
	esac
done <"$(dirname "$0")/env.example"
