#!/usr/bin/env bash
# ./myxtts itself: how fast it answers, once it is built. The times are the shortest of several runs each.
source "$(dirname -- "${BASH_SOURCE[0]}")/../support/checks.sh"

# Code CODE within 200 ms: answers CODE ARGUMENTS...
answers() {
  local code=0
  "$project/myxtts" "${@:2}" >"$work/out" 2>&1 || code=$?
  ((code == $1)) || { echo "code $code instead of $1" && cat "$work/out" && false; }
  ends_within 200 "$project/myxtts" "${@:2}"
}

expect "the real program is built" "$project/myxtts" --version
expect "--version answers within 200 ms" answers 0 --version
expect "--help answers within 200 ms" answers 0 --help
expect "--help of a command answers within 200 ms" answers 0 train --help
expect "a mistake has code 2, and answers within 200 ms" answers 2 trian
finish
