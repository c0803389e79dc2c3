#!/usr/bin/env bash
# Over 10,000 training steps neither role's live memory grows (on two CPU roles).
set -uo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
name="memory stays level over 10,000 steps"
if OMP_NUM_THREADS=1 "$root/build/release/bin/test_system" --gtest_also_run_disabled_tests \
  --gtest_filter='MemoryOfALongRun.*' --gtest_color=no; then
  printf 'PASS %s\n' "$name"
else
  printf 'FAIL %s\n' "$name"
  exit 1
fi
