#!/usr/bin/env bash
# prepare gets at least 98 % of known clips back out of a recording of 20 minutes: prepare.sh [MINUTES].
set -uo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
name="prepare gets known clips back out of ${1:-20} minutes"
if MYXTTS_PREPARE_MINUTES=${1:-20} "$root/build/release/bin/test_long_recordings" \
  --gtest_filter='Prepare.GetsKnownClipsBack*' --gtest_color=no; then
  printf 'PASS %s\n' "$name"
else
  printf 'FAIL %s\n' "$name"
  exit 1
fi
