#!/bin/sh
# Runs benches/websocket/main.rs with as many open files as the system grants: each of its
# processes holds 10,000 sockets.
set -eu

cd "$(dirname "$0")/.."

ulimit -n "$(ulimit -H -n)"
exec cargo bench --features full --bench websocket -- "$@"
