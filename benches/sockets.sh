#!/bin/sh
# Compares servers over loopback sockets (benches/sockets/main.rs), with wrk, which it installs
# where it may.
set -eu

cd "$(dirname "$0")/.."

if ! command -v wrk >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get install --yes --no-install-recommends wrk
    else
        echo "wrk is missing; install it, on Debian and Ubuntu with: apt-get install wrk" >&2
        exit 1
    fi
fi

exec cargo bench --features full --bench sockets
