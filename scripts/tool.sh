#!/usr/bin/env bash
# Builds a cargo tool of an exact version into .tools, unless it is there: tool.sh NAME VERSION …
set -euo pipefail

cd "$(dirname "$0")/.."
name=$1 version=$2
shift 2
if ! grep -qs "\"$name $version " .tools/.crates.toml || [ ! -x ".tools/bin/$name" ]; then
    cargo install --quiet --locked --root .tools "$name" --version "$version" "$@"
fi
