#!/usr/bin/env bash
# Writes operators.txt anew: the operators that our programs and tests run on a GPU, counted on simulated ones. Needs
# the same built programs as run.sh.
source "$(dirname -- "${BASH_SOURCE[0]}")/../end_to_end/common.sh"
export MYXTTS_BUILD=0
runs=0

# counted COMMAND...: runs it on simulated GPUs.
counted() {
  env -u CUDA_VISIBLE_DEVICES "$project/scripts/simulated_gpus" --count "$work/counts$((++runs))" "$@" \
    >"$work/out" 2>&1 </dev/null || { tail -n 40 "$work/out" && exit 1; }
}

make_data 60 >/dev/null
gpus=(--data-gpu 0 --model-gpu 1)
for precision in fp32 bf16 fp16; do
  counted "$program" train --train-data "$work/data" --output "$work/$precision" --model-size tiny "${small[@]}" \
    "${short[@]}" "${gpus[@]}" --set run.precision="$precision" --set model.dropout=0.1
done
counted "$program" synthesize --checkpoint "$work/fp32" --text "The green boat." --output "$work/speech.wav"
counted "$program" resynthesize --checkpoint "$work/fp32" --input "$work/speech.wav" --output "$work/copy.wav"
counted "$program" evaluate --checkpoint "$work/fp32" --train-data "$work/data"
counted "$program" profile --train-data "$work/data" --model-size tiny "${small[@]}" "${gpus[@]}" --steps 4
counted "$program" validate "${gpus[@]}"
counted "$project/build/release/bin/test_device_cuda" --gtest_filter='-GpuTransferOrder.*'
cut -d ' ' -f 5 "$work"/counts* | grep '^aten::' | LC_ALL=C sort -u >"$project/tests/simulated_cuda/operators.txt"
