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
    # unittest tells how many it ran, and on a line of its own what of them went wrong.
    /^Ran [0-9]+ tests? in / { ran = $2 }
    ran != "" && /^(OK|FAILED)( |$)/ {
        wrong = left_out = 0
        while (match($0, /[a-z ]+=[0-9]+/)) {
            split(substr($0, RSTART, RLENGTH), part, "=")
            if (part[1] ~ /^ ?(failures|errors|unexpected successes)$/) wrong += part[2]
            if (part[1] ~ /^ ?skipped$/) left_out += part[2]
            $0 = substr($0, RSTART + RLENGTH)
        }
        # Of one test several subtests may have failed.
        if (ran > wrong + left_out) passed += ran - wrong - left_out
        failed += wrong; skipped += left_out
        ran = ""
    }
    # node:test, whose lines stand behind a sign.
    /^(ℹ|#) (pass|fail|cancelled|skipped|todo) [0-9]+$/ {
        if ($2 == "pass") passed += $3
        else if ($2 == "fail" || $2 == "cancelled") failed += $3
        else skipped += $3
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
