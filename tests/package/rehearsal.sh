#!/usr/bin/env bash
# scripts/gpu_check from a package, rehearsed on a GPU that is simulated.
source "$(dirname -- "${BASH_SOURCE[0]}")/../support/checks.sh"
package=$work/package
for part in bin/myxtts-engine-cuda bin/test_device_cuda simulated_cuda/libcudart.so.13; do
  [[ -e $project/build/release/$part ]] || { skip "gpu_check's rehearsal" "$part is not built" && finish; }
done
MYXTTS_LIBTORCH=$(root=$project && source "$project/scripts/environment.sh" && libtorch_root)
export MYXTTS_LIBTORCH MYXTTS_BUILD=0 TMPDIR=$work SIMULATED_CUDA_SLEEP_DIVISOR=10
unset CUDA_VISIBLE_DEVICES

# simulated COMMAND...: on one simulated GPU, with the output in $work/out. To the packing it gives CUDA's libraries,
# which the CPU's libtorch does not bring.
simulated() { "$project/scripts/simulated_gpus" --gpus 1 "$@" >"$work/out" 2>&1 || { tail -n 60 "$work/out" && false; }; }

# passed NAME: the part has a row that says so.
passed() { grep -E "^\| $1 \| passed in [0-9]+ s \|" "$work/rows" >/dev/null || { cat "$work/rows" && false; }; }

expect "a package for GPUs" simulated env MYXTTS_FLAVOUR=cuda "$project/scripts/package" "$package"
expect "gpu_check's rehearsal" simulated "$package/scripts/gpu_check" --rehearse "$work/rows"
expect "ends within ten minutes" test "$SECONDS" -le 600
expect "says that it is none of a GPU, and names it by our own program" contains \
  "## Rehearsal, no figures of a GPU: Fake GPU 16384MB, 16384 MiB" "$work/rows"
for part in data validate "CUDA tests" "10 steps" profile "profile of the published size"; do
  expect "the part '$part'" passed "$part"
done
expect "what the driver counts" contains "| what NVML counts for the process is of | the process | |" "$work/rows"
expect "the steps' rows" contains "| voice stage, a step: median, coefficient of variation |" "$work/rows"
expect "the profile" contains "Limited by" "$work/rows"
finish
