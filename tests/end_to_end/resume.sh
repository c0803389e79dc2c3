#!/usr/bin/env bash
# Runs stopped at every step of both stages and resumed, each at another buffer depth and number of workers: the bits of an
# unbroken run, without accumulation and with two micro-batches a step. That no buffer depth and no number of workers decides
# bits, pair by pair, tests/system/determinism_test.cpp shows within one process.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# in_parts RUN ACCUMULATION BUFFER WORKERS STEPS...: a run that stops at each of the steps.
in_parts() {
  local steps settings=("${short[@]}" --grad-accum "$2" --buffer-size "$3" --num-workers "$4" --resume)
  for steps in "${@:5}"; do train "$1" "${settings[@]}" --max-steps "$steps" || return 1; done
  train "$1" "${settings[@]}"
}

make_data 60 >/dev/null
for accumulation in 1 2; do
  whole=$work/whole-$accumulation
  expect "unbroken, accumulation $accumulation" train "$whole" "${short[@]}" --grad-accum "$accumulation"
  # 14 steps in all: 3, 4 and 5 are around the first codebook, 8 is the codec's end.
  for part in "1 4 1 4 8 12" "3 0 3 5 9 13" "50 1 2 4 6 7 10 11"; do
    read -r buffer workers stops <<<"$part"
    name="accumulation $accumulation, buffer $buffer, workers $workers, stopped at $stops"
    parts=$work/parts-$accumulation-$buffer
    expect "runs: $name" in_parts "$parts" "$accumulation" "$buffer" "$workers" $stops
    expect "same bits: $name" same_run "$parts" "$whole"
    rm -rf "$parts"
  done
done
finish
