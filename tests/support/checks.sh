# Functions that the test scripts source. Each script prints a line `PASS name`, `FAIL name` or `SKIP name` for a check,
# works in the folder $work, and ends with `finish`: exit code 1 if a check failed, else 77 if one was skipped.
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

# ends_within LIMIT_MS COMMAND...: checks the time with any exit code. Other processes only add to the time, so one fast
# run out of 20 is enough. If they keep all processors busy, the processor time counts instead, to which they do not
# add.
ends_within() {
  local limit=$1 real user system wall=1000000 processor=1000000 LC_ALL=C TIMEFORMAT='%R %U %S'
  for _ in {1..20}; do
    read -r real user system < <({ time "${@:2}" >/dev/null 2>&1 </dev/null; } 2>&1)
    real=$((10#${real/./})) user=$((10#${user/./})) system=$((10#${system/./})) # three decimals each
    ((real < wall)) && wall=$real
    ((user + system < processor)) && processor=$((user + system))
    ((wall > limit)) || return 0
  done
  (($(cut -d . -f 1 /proc/loadavg) >= $(nproc) && processor <= limit)) ||
    { echo "$wall ms, $processor ms of a processor; at most $limit are allowed" && false; }
}
