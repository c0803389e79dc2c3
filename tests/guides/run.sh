#!/usr/bin/env bash
# Every command of the guides, run as it is printed, and what it prints beside what the guide shows.
source "$(dirname -- "${BASH_SOURCE[0]}")/../support/checks.sh"
cpu_programs "$work/bin" || { echo "FAIL the preset release is not built" && exit 1; }
export NO_COLOR=1 OMP_NUM_THREADS=1
python3 "$project/tests/guides/guides.py" "$work/bin/myxtts" "$work" "$project"/docs/guides/*.md "$project"/docs/guides/fa/*.md ||
  failures=$((failures + 1))

gone_flags_are_in_the_guide() {
  local flag
  for flag in $(grep -oE '\{"--[a-z-]+"' "$project/apps/front/replaced_flags.cpp" | tr -d '{"'); do
    contains "\`$flag\`" "$project/docs/guides/moving.md" || return 1
  done
}
expect "moving.md names every flag that is gone" gone_flags_are_in_the_guide
finish
