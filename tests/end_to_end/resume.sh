#!/usr/bin/env bash
# Runs stopped at many steps of both stages and resumed, at buffer depths 1, 3 and 50 and with 0, 1 and 4 workers: the bits of
# an unbroken run, without accumulation and with two micro-batches a step.
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
  number=0
  for buffer in 1 3 50; do
    for workers in 0 1 4; do
      number=$((number + 1))
      # 14 steps in all: 3, 4 and 5 are around the first codebook, 8 is the codec's end.
      stops=(1 4 8 12)
      ((number % 3 == 1)) && stops=(3 5 9 13)
      ((number % 3 == 2)) && stops=(2 4 7 10 11)
      name="accumulation $accumulation, buffer $buffer, workers $workers, stopped at ${stops[*]}"
      parts=$work/parts-$accumulation-$number
      expect "runs: $name" in_parts "$parts" "$accumulation" "$buffer" "$workers" "${stops[@]}"
      expect "same bits: $name" same_run "$parts" "$whole"
      rm -rf "$parts"
    done
  done
done
exit $((failures > 0))
