#!/usr/bin/env bash
# SIGKILL at random moments, saves included, until there were 40 and 10 of them inside a save: the run folder is always
# readable, no step that was saved is ever lost, and the bits at the end are those of a run without kills.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
settings=(--set codec.steps=30 --set voice.steps=30 --set checkpoint.interval_steps=1 --buffer-size 3)
RANDOM=${MYXTTS_SEED:-1}
kills=0 inside=0 runs=0

# What a save in progress is written under; its time tells it from one that an earlier kill left behind.
partial() { find "$1/checkpoints" -maxdepth 1 -name '.partial-*' -printf '%f %C@\n' 2>/dev/null; }

# kill_once RUN: starts or resumes the run and kills it after 0.2 to 1.5 s; code 1 where it came to its end before.
kill_once() {
  local before process code=0
  before=$(partial "$1")
  "$program" train --train-data "$work/data" --output "$1" "${small[@]}" "${settings[@]}" --resume >"$work/out" 2>&1 &
  process=$!
  sleep "$(printf '%d.%03d' $((RANDOM % 2)) $((200 + RANDOM % 500)))"
  kill -KILL "$process" 2>/dev/null
  wait "$process" 2>/dev/null || code=$?
  ((code == 137)) || return 1
  kills=$((kills + 1))
  [[ $(partial "$1") == "$before" || -z $(partial "$1") ]] || inside=$((inside + 1))
}

# kept RUN STEPS: every checkpoint is whole, and there is one after at least so many steps.
kept() {
  newest=$(python3 "$here/runs.py" newest "$1") && ((newest >= $2)) || { echo "$2 steps were saved, now ${newest:-none}" && false; }
}

make_data 60 >/dev/null
expect "the run without kills" train "$work/whole" "${settings[@]}"
while ((kills < 40 || inside < 10)) && ((kills < 400)); do
  runs=$((runs + 1)) saved=0
  run=$work/run-$runs
  while kill_once "$run"; do
    expect "kill $kills ($inside inside a save): the run folder is whole after step $saved" kept "$run" "$saved"
    saved=${newest:-0}
    ((kills < 40 || inside < 10)) || break
  done
  expect "run $runs comes to its end" train "$run" "${settings[@]}" --resume
  expect "run $runs has the bits of the run without kills" same_run "$run" "$work/whole"
  ((failures == 0)) && rm -rf "$run"
done
expect "$kills kills, at least 40" test "$kills" -ge 40
expect "$inside of them inside a save, at least 10" test "$inside" -ge 10
finish
