#!/usr/bin/env bash
# Two programs in one run folder: the second is refused twenty times of twenty, by the name of the first, which loses nothing.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
settings=(--set codec.steps=100000 --set voice.steps=3 --set checkpoint.interval_steps=20)

start_first() {
  "$program" train --train-data "$work/data" --output "$work/run" "${small[@]}" "${settings[@]}" >"$work/first.out" 2>&1 &
  first=$!
  for _ in $(seq 600); do
    [[ ! -e $work/run/checkpoints/last ]] || return 0
    sleep 0.05
  done
  cat "$work/first.out" && false
}

# refused FLAG: a second program, with --resume or --reset-training, names the first one's process and host.
refused() {
  ends 1 train --train-data "$work/data" --output "$work/run" "${small[@]}" "${settings[@]}" "$1" &&
    contains "another program trains in the run's folder: $work/run: 'process $first on $(uname -n) since 2" "$work/out"
}

# Without a flag, too.
refused_plain() {
  ends 1 train --train-data "$work/data" --output "$work/run" "${small[@]}" "${settings[@]}" &&
    contains "another program trains in the run's folder: $work/run: 'process $first on" "$work/out"
}

# Moved away, the first one does not write into the run that has its name now.
moved_away() {
  start_first || return 1
  kill -STOP "$first"
  mv "$work/run" "$work/moved"
  train "$work/run" "${settings[@]}" --max-steps 3 && cp -r "$work/run" "$work/second" || return 1
  kill -CONT "$first"
  wait "$first"
  [[ $? == 1 ]] && contains "was moved, removed or replaced" "$work/first.out" && diff -r "$work/run" "$work/second"
}

refused_twenty_times() {
  for _ in $(seq 10); do refused --resume && refused --reset-training || return 1; done
}

# The first one stops as one that was alone in its folder: N steps, with the bits of a run of N steps.
lost_nothing() {
  local code=0 steps file
  kill -TERM "$first"
  wait "$first" || code=$?
  steps=$(python3 "$here/runs.py" newest "$work/run") || return 1
  ((code == 143 && steps > 0)) || { echo "code $code after $steps steps" && cat "$work/first.out" && return 1; }
  train "$work/alone" "${settings[@]}" --max-steps "$steps" || return 1
  for file in codec optimizer; do cmp "$work"/{run,alone}/checkpoints/last/$file.safetensors || return 1; done
  [[ $(wc -l <"$work/run/metrics.jsonl") == $(wc -l <"$work/alone/metrics.jsonl") ]]
}

make_data 60 >/dev/null
expect "the first program trains" start_first
expect "a second one is refused twenty times of twenty" refused_twenty_times
expect "and without --resume, too" refused_plain
expect "its folder is read while it trains" ends 0 resynthesize --checkpoint "$work/run" --threads 1 \
  --input "$work"/data/wavs/*01.wav --output "$work/copy.wav"
expect "the first one lost nothing" lost_nothing
expect "its folder is free again" train "$work/run" "${settings[@]}" --resume --max-steps 1
rm -rf "$work/run"
expect "the first one's folder is moved away: the second one keeps its run" moved_away
finish
