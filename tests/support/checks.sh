# What the test scripts share; sourced by them. Each prints a line `PASS name`, `FAIL name` or `SKIP name` for a check, works in
# the folder $work, and ends with `finish`: code 1 where a check failed, else 77 where one was skipped.
set -uo pipefail
project=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0 skips=0

# expect NAME CONDITION...: the condition is a command.
expect() {
  if "${@:2}"; then
    echo "PASS $1"
  else
    echo "FAIL $1"
    failures=$((failures + 1))
  fi
}

# skip NAME REASON
skip() {
  echo "SKIP $1: $2"
  skips=$((skips + 1))
}

finish() {
  ((failures == 0)) || exit 1
  ((skips == 0)) || exit 77
  exit 0
}

# cpu_programs FOLDER: copies of the front and the CPU engine, without the CUDA engine, which needs a real driver.
cpu_programs() { mkdir -p "$1" && cp "$project"/build/release/bin/myxtts{,-engine} "$1"; }

contains() { grep -qF -- "$1" "$2" || { echo "not in the output: $1" && cat "$2" && false; }; }

# The shortest of five runs, in milliseconds: other work on the machine only ever adds to it.
shortest_ms() {
  local start took best=1000000
  for _ in 1 2 3 4 5; do
    start=$(date +%s%N)
    "$@" >/dev/null 2>&1 </dev/null
    took=$((($(date +%s%N) - start) / 1000000))
    ((took < best)) && best=$took
  done
  echo "$best"
}

at_most() { (($1 <= $2)) || { echo "$1 ms, at most $2 are allowed" && false; }; }
