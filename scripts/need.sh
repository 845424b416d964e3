#!/usr/bin/env bash
# Sees to it that these programs are there: installs the Debian package of one that is missing,
# or says which it is. `venv` is Python with its module of this name.
set -euo pipefail

package() {
    case $1 in
        cc) echo gcc libc6-dev ;;
        python3) echo python3-minimal ;;
        *) echo "$1" ;;
    esac
}

missing=()
for program in "$@"; do
    case $program in
        rust)
            for part in "cargo --version" "cargo fmt --version" "cargo clippy --version"; do
                if ! $part >/dev/null 2>&1; then
                    echo "\`$part\` does not run: install Rust 1.95 with rustup, its rustfmt and clippy too" >&2
                    exit 1
                fi
            done
            ;;
        nightly)
            if ! cargo +nightly --version >/dev/null 2>&1; then
                echo "the nightly toolchain is missing: rustup toolchain install nightly" >&2
                exit 1
            fi
            ;;
        node)
            if ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' \
                || ! npm --version >/dev/null; then
                echo "Node 20 or later with npm is missing: install it" >&2
                exit 1
            fi
            ;;
        venv)
            # Debian has these modules in a package of their own.
            if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
                missing+=(python3-venv)
            fi
            ;;
        *)
            if ! command -v "$program" >/dev/null; then
                read -ra packages <<<"$(package "$program")"
                missing+=("${packages[@]}")
            fi
            ;;
    esac
done

if [ ${#missing[@]} -eq 0 ]; then
    exit
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
    as_root=(sudo -n)
fi
begins_redis=false
if [[ " ${missing[*]} " == *" redis-server "* ]]; then
    begins_redis=true
fi
if ! command -v apt-get >/dev/null \
    || ! "${as_root[@]}" apt-get update --quiet \
    || ! "${as_root[@]}" apt-get install --yes --quiet --no-install-recommends "${missing[@]}"; then
    echo "missing, and not to be installed from here: ${missing[*]}" >&2
    exit 1
fi
# The package begins a server of its own; the tests begin theirs.
if $begins_redis && [ -d /run/systemd/system ]; then
    "${as_root[@]}" systemctl disable --now --quiet redis-server
fi
