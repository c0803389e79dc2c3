#!/usr/bin/env bash
# scripts/judge understands the recordings of make-data, and does not understand them backwards.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

percent() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["word_errors_percent"])' "$1"; }

holds() { python3 -c 'import sys; sys.exit(not eval(sys.argv[1]))' "$1"; }

expect "make-data for the judge" make_data 40
code=0
"$project/scripts/judge" "$work/data" --json >"$work/forwards" 2>"$work/err" || code=$?
if ((code != 0)) && ! { command -v pocketsphinx_batch && command -v sox; } >/dev/null; then
  echo "SKIP the judge: pocketsphinx is absent and cannot be installed"
else
  expect "the judge runs" contains '"grammar": "slot"' "$work/forwards"
  "$project/scripts/judge" "$work/data" --json --reversed >"$work/backwards" 2>>"$work/err"
  heard=$(percent "$work/forwards") reversed=$(percent "$work/backwards")
  expect "the recordings have at most 0.5 % word errors: $heard" holds "$heard <= 0.5"
  expect "reversed they have at least 60 %: $reversed" holds "$reversed >= 60"
  "$project/scripts/judge" "$work/data" --reversed --max-word-errors 50 >/dev/null 2>&1
  expect "--max-word-errors decides the exit code" test $? == 1
fi
exit $((failures > 0))
