#!/usr/bin/env bash
# Runs a command and closes with the sum of all the test results in its output. Fails where the
# command fails, and where it ran no test.
set -uo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT

"$@" 2>&1 | tee "$log"
status=$?

awk '
    /^test result: / {
        for (i = 2; i <= NF; i++) {
            if ($i == "passed;") passed += $(i - 1)
            if ($i == "failed;") failed += $(i - 1)
            if ($i == "ignored;") skipped += $(i - 1)
        }
    }
    # vitest, whose line is coloured where it writes to a terminal.
    { gsub(/\033\[[0-9;]*m/, "") }
    /^ +Tests  / {
        for (i = 2; i <= NF; i++) {
            if ($i == "passed") passed += $(i - 1)
            if ($i == "failed") failed += $(i - 1)
            if ($i == "skipped") skipped += $(i - 1)
        }
    }
    END {
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit passed == 0 || failed > 0
    }
' "$log"
summed=$?

if [ $status -ne 0 ]; then
    exit $status
fi
exit $summed
