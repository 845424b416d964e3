#!/usr/bin/env bash
# Checks the library with no feature and with each one alone. Without its dev-dependencies, whose
# features would stand in for those that it forgets to ask for.
set -euo pipefail

cd "$(dirname "$0")/.."
features=$(cargo metadata --no-deps --format-version 1 --locked | python3 -c '
import json, sys
package = json.load(sys.stdin)["packages"][0]
print(*(name for name in package["features"] if name != "default"))
')
echo "without features"
cargo check --quiet --locked --lib --no-default-features
for feature in $features; do
    echo "with $feature alone"
    cargo check --quiet --locked --lib --no-default-features --features "$feature"
done
