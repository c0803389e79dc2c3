# What the test scripts share; sourced by them. Each prints a line `PASS name`, `FAIL name` or `SKIP name` for a check, works in
# the folder $work, and ends with `exit $((failures > 0))`.
set -uo pipefail
project=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# expect NAME CONDITION...: the condition is a command.
expect() {
  if "${@:2}"; then
    echo "PASS $1"
  else
    echo "FAIL $1"
    failures=$((failures + 1))
  fi
}

contains() { grep -qF -- "$1" "$2" || { echo "not in the output: $1" && cat "$2" && false; }; }
