#!/usr/bin/env bash
# tests/simulated_cuda/mutations.sh [WORD]: is a missing order between streams found? Leaves out each wait, event, mark
# of a block's use and stream of a thread in src/, one at a time (those of mutations.tsv; with WORD those whose line
# contains it), in a copy of the project, and prints how it was found: by a race, an error or other bits of a short
# training, by `validate` or `profile`, or by a test. Exit code 1 if one was not. Builds each: half an hour in all, so
# it is no part of scripts/test.
source "$(dirname -- "${BASH_SOURCE[0]}")/../end_to_end/common.sh"
root=$project
source "$root/scripts/environment.sh"
copy=$work/project
MYXTTS_LIBTORCH=$(libtorch_root)
export MYXTTS_LIBTORCH MYXTTS_BUILD=0 SIMULATED_CUDA_SLEEP_DIVISOR=10
targets=(myxtts myxtts-engine-cuda test_{device,run}_cuda test_device_cuda_memory)
# The tests of GPUs, without the planted race and those whose verdict depends on how busy the machine is.
gpu_tests='-GpuTransferOrder.WithoutTheEvents*:GpuClock.TimesOf*:GpuClock.CopiesRun*'
alike=(--set run.precision=fp32 --set model.dropout=0 "${short[@]}")

build() { "$copy/scripts/build" cuda "$@" >"$work/build.log" 2>&1 || { cat "$work/build.log" && exit 2; }; }

simulated() {
  timeout 900 env -u CUDA_VISIBLE_DEVICES "$copy/scripts/simulated_gpus" "$@" >"$work/out" 2>&1 </dev/null
}

# trains "OPTIONS" ARGUMENTS...: code 0 and the bits of the first training.
trains() {
  local options code=0
  read -ra options <<<"$1"
  rm -rf "$work/run"
  simulated "${options[@]}" "$copy/build/release/bin/myxtts" train --train-data "$work/data" --output "$work/run" \
    "${small[@]}" "${alike[@]}" "${@:2}" || code=$?
  ((code == 0)) || { how="code $code" && return 1; }
  [[ -e $work/expected ]] || cp -r "$work/run" "$work/expected"
  same_run "$work/expected" "$work/run" >"$work/out" || { how="other bits" && return 1; }
}

# passes NAME OPTIONS... COMMAND...
passes() {
  local code=0
  simulated "${@:2}" || code=$?
  ((code == 0)) && return
  how="$1: code $code$(sed -n 's/^\[  FAILED  \] \([^ ]*\)$/, \1/p' "$work/out" | head -n 1)"
  return 1
}

# The ways of finding, the cheapest first; the one that finds sets `how`.
everything_passes() {
  local bin=$copy/build/release/bin
  trains "" --data-gpu 0 --model-gpu 1 && trains "--no-peer" --data-gpu 0 --model-gpu 1 --verify-transfer &&
    trains "--gpus 1" --share-gpu && passes test_run_cuda "$bin/test_run_cuda" &&
    passes test_device_cuda_memory "$bin/test_device_cuda_memory" &&
    passes test_device_cuda "$bin/test_device_cuda" "--gtest_filter=$gpu_tests" &&
    passes validate "$bin/myxtts" validate --data-gpu 0 --model-gpu 1 &&
    passes profile "$bin/myxtts" profile --train-data "$work/data" "${small[@]}" --steps 3 --data-gpu 0 --model-gpu 1 \
      --compare sequential
}

# mutate FILE N FROM TO: changes the N-th place; prints its line.
mutate() {
  python3 -c 'import sys
name, number, before, after = sys.argv[1:]
parts = open(name).read().split(before)
assert len(parts) > int(number), f"{name} has no place {number} with: {before}"
head = before.join(parts[: int(number)])
open(name, "w").write(head + after + before.join(parts[int(number) :]))
print(head.count("\n") + 1)' "$copy/$1" "${@:2}"
}

mkdir "$copy"
git -C "$root" ls-files -z | (cd "$root" && xargs -0 cp --archive --parents -t "$copy")
build "${targets[@]}" simulated_cuda
make_data 60 >/dev/null
everything_passes || { echo "without a mutation: $how" && tail -n 40 "$work/out" && exit 2; }
while IFS=$'\t' read -r file number from to; do
  [[ $file != '#'* && "$file $from" == *"${1-}"* ]] || continue
  line=$(mutate "$file" "$number" "$from" "$to") || exit 2
  build "${targets[@]}"
  how="not found"
  everything_passes && failures=$((failures + 1))
  race=$(sed -nE 's/^simulated CUDA: race, (.*)$/; \1/p' "$work/out" | head -n 1)
  echo "| \`$file:$line\` | \`$from\` | $how$race |"
  cp "$root/$file" "$copy/$file"
done <"$project/tests/simulated_cuda/mutations.tsv"
finish
