#!/usr/bin/env bash
# How the CUDA engine starts on simulated GPUs: what it refuses, and what it decides by what the driver says.
source "$(dirname -- "${BASH_SOURCE[0]}")/../end_to_end/common.sh"
[[ -e $project/build/release/bin/myxtts-engine-cuda ]] ||
  { skip "the CUDA engine's start" "bin/myxtts-engine-cuda is not built" && finish; }
export MYXTTS_BUILD=0

# on_gpus CODE ARGUMENTS...: the program on two simulated GPUs, with its output in $work/out.
on_gpus() {
  local code=0
  env -u CUDA_VISIBLE_DEVICES "$project/scripts/simulated_gpus" "$program" "${@:2}" >"$work/out" 2>&1 </dev/null || code=$?
  ((code == $1)) || { echo "code $code instead of $1: ${*:2}" && tail -n 40 "$work/out" && false; }
}

make_data 12 >/dev/null
expect "a voice for the speaking commands" train "$work/voice" "${short[@]}"

# too_old ARGUMENTS...: ends with code 1, both versions and what to do, and says no other cause.
too_old() {
  on_gpus 1 "$@" && contains "'for CUDA 12.4'; expected a driver for CUDA 13.0 or newer" "$work/out" &&
    contains "--device cpu" "$work/out" && ! grep -F "no such GPU" "$work/out"
}

export MYXTTS_FAKE_CUDA_VERSION=12040
for devices in "" "--data-gpu 0 --model-gpu 1" "--share-gpu"; do
  # shellcheck disable=SC2086
  expect "train ${devices:-alone} says that the driver is too old" too_old train --train-data "$work/data" \
    --output "$work/refused" $devices
done
expect "and leaves no run" test ! -e "$work/refused/config.toml"
expect "profile says it" too_old profile --train-data "$work/data" --share-gpu
expect "synthesize says it" too_old synthesize --checkpoint "$work/voice" --text one --output "$work/one.wav"
expect "evaluate says it" too_old evaluate --checkpoint "$work/voice" --train-data "$work/data"
expect "validate says it" too_old validate
expect "validate says it of the driver, and what to do" contains "NVIDIA driver: update it" "$work/out"
expect "the CPU needs no driver" on_gpus 0 synthesize --checkpoint "$work/voice" --text one --output "$work/one.wav" \
  --device cpu
unset MYXTTS_FAKE_CUDA_VERSION

# Precision
train_on_gpus() { on_gpus 0 train --train-data "$work/data" --output "$work/$1" "${shape[@]}" "${short[@]}" "${@:2}"; }
tiny=(--model-size tiny --batch-size 8 --share-gpu)
has() { contains "$2 = $3" "$work/$1/config.toml"; }

expect "a run on a GPU that has bf16" train_on_gpus in_bf16 "${tiny[@]}"
expect "says that it trains in it" contains \
  "Precision: bf16 (this GPU has it; --precision fp32 for full precision)." "$work/out"
expect "and writes it down" has in_bf16 precision '"bf16"'
MYXTTS_FAKE_COMPUTE_CAPABILITY=7 expect "a run on a GPU without bf16" train_on_gpus in_fp32 "${tiny[@]}"
expect "says that it trains in fp32" contains "Precision: fp32 (this GPU has no bf16" "$work/out"
expect "and writes it down" has in_fp32 precision '"fp32"'
expect "fp32 stays a choice" train_on_gpus chosen "${tiny[@]}" --precision fp32
expect "which is written down" has chosen precision '"fp32"'
expect "which no line explains" test -z "$(grep -F "Precision:" "$work/out")"
expect "a run of the CPU is resumed on a GPU" train_on_gpus voice --resume --share-gpu
expect "in its own precision" has voice precision '"fp32"'
expect "a run of a GPU is resumed on the CPU" train "$work/in_bf16" --resume
expect "in its own precision" has in_bf16 precision '"bf16"'
expect "profile says its precision" on_gpus 0 profile --train-data "$work/data" "${shape[@]}" "${tiny[@]}" \
  --steps 2 --rounds 1
expect "which is the GPU's" contains "Precision: bf16" "$work/out"

# The micro-batch
published=(--model-size xtts-v2 --share-gpu --set codec.steps=2 --set voice.steps=1 --set codec.codebook_step=1)
expect "the published size on a GPU" train_on_gpus published "${published[@]}"
expect "says its micro-batch" contains "Micro-batches: 12 clips, 21 in an optimiser step, by the memory" "$work/out"
expect "and writes it down" has published size 12
expect "with its accumulation" has published accumulation 21
expect "the published size with a micro-batch of its own" train_on_gpus set "${published[@]}" --batch-size 6 --grad-accum 2
expect "which stays" has set accumulation 2

# What the driver counts for this process
isolated=(--enable-memory-isolation --data-gpu-memory auto --model-gpu-memory auto)
expect "a run with caps" train_on_gpus known "${tiny[@]}" "${isolated[@]}"
expect "whose process the driver knows" test -z "$(grep -F "the driver does not" "$work/out")"
MYXTTS_FAKE_HOST_IDS=1 expect "a run with caps in a container" train_on_gpus hidden "${tiny[@]}" "${isolated[@]}"
expect "says once that the driver does not know its process" test 1 == "$(grep -cF \
  "Shared GPU 0: the driver does not know this process by its id, as in a container: its cap is compared with the only process on the GPU." \
  "$work/out")"
finish
