#!/usr/bin/env bash
# Installs what the requirements.txt of this folder names into a virtual environment under .tools,
# unless that is what is there: venv.sh FOLDER, whose last part is the environment's name.
set -euo pipefail

cd "$(dirname "$0")/.."
folder=$1
environment=.tools/venv/$(basename "$folder")
# Another interpreter than the one it was made with runs none of its packages.
wanted=$(python3 --version; cat "$folder/requirements.txt")
if [ "$(cat "$environment/.installed" 2>/dev/null || true)" != "$wanted" ]; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes --only-binary :all: --requirement "$folder/requirements.txt"
    echo "$wanted" >"$environment/.installed"
fi
