#!/usr/bin/env bash
# Installs what the lock files of these folders name, unless that is what is there.
set -euo pipefail

cd "$(dirname "$0")/.."
for folder in "$@"; do
    if ! cmp --silent "$folder/package-lock.json" "$folder/node_modules/.installed"; then
        (cd "$folder" && npm ci --no-audit --no-fund)
        cp "$folder/package-lock.json" "$folder/node_modules/.installed"
    fi
done
