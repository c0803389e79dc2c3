#!/usr/bin/env bash
# Both stages on simulated GPUs: the CPU's bits however many GPUs there are and whatever is between them, and no race.
source "$(dirname -- "${BASH_SOURCE[0]}")/../end_to_end/common.sh"
built=$project/build/release
for part in bin/{myxtts-engine-cuda,test_{device,library,run}_cuda,test_simulated_{operators,runtime}}; do
  [[ -e $built/$part ]] || { skip "simulated GPUs" "$part is not built" && finish; }
done
export MYXTTS_BUILD=0
# What GPUs and CPUs compute alike, with no default that depends on the device.
alike=(--set run.precision=fp32 --set model.dropout=0 "${short[@]}")

simulated() { env -u CUDA_VISIBLE_DEVICES "$project/scripts/simulated_gpus" "$@"; }

# on_gpus CODE "OPTIONS" RUN ARGUMENTS...: trains on simulated GPUs; OPTIONS are those of scripts/simulated_gpus.
on_gpus() {
  local options code=0
  read -ra options <<<"$2"
  simulated "${options[@]}" "$program" train --train-data "$work/data" --output "$work/$3" "${small[@]}" "${alike[@]}" \
    "${@:4}" >"$work/out" 2>&1 </dev/null || code=$?
  ((code == $1)) || { echo "code $code instead of $1" && tail -n 40 "$work/out" && false; }
}

# same_on_gpus "OPTIONS" RUN ARGUMENTS...: the run ends in the CPU's bits, without a race.
same_on_gpus() { on_gpus 0 "$@" && same_run "$work/cpu" "$work/$2"; }

# forgets WHAT EACH RUN ARGUMENTS...: when one of so many waits of streams (wait) or recordings of events (record) is
# left out, whichever it is, the program ends with the code for races.
forgets() {
  local number
  for ((number = 0; number < $2; ++number)); do
    rm -rf "${work:?}/$3"
    on_gpus 70 "--fault forget-$1=$number/$2" "${@:3}" &&
      contains "simulated CUDA: race, " "$work/out" || { echo "$1 $number of each $2" && return 1; }
  done
}


# counts RUN "OPTIONS": the operators of a run, as they are counted, in $work/RUN.counts.
counts() {
  on_gpus 0 "--count $work/$1.all $2" "$1" --data-gpu 0 --model-gpu 1 &&
    grep aten:: "$work/$1.all" >"$work/$1.counts" && contains " gpu1 aten::_fused_adamw_" "$work/$1.counts"
}

# counts_step: what one step of training launches, without computing it.
counts_step() {
  env -u CUDA_VISIBLE_DEVICES "$project/tests/simulated_cuda/launches_of_step.py" --steps 2 --data "$work/data" \
    "${small[@]}" "${alike[@]}" >"$work/out" && contains " gpu1 all-operators" "$work/out"
}

# validates: as a user does it, with the real program's last words.
validates() {
  simulated "$program" validate --data-gpu 0 --model-gpu 1 >"$work/out" 2>&1 &&
    contains "Your system is ready for dual-GPU training." "$work/out"
}

# speaks: the same bytes as on the CPU.
speaks() {
  local arguments=(synthesize --checkpoint "$work/cpu" --text "The green boat touches the heavy mountain." --greedy)
  ends 0 "${arguments[@]}" --threads 1 --output "$work/cpu.wav" &&
    simulated --gpus 1 "$program" "${arguments[@]}" --output "$work/gpu.wav" >"$work/out" 2>&1 &&
    cmp "$work/cpu.wav" "$work/gpu.wav"
}

# fails_after CALLS...: a GPU on which every call fails after the first so many is one error with CUDA's code, on the
# terminal and in the log, and the program ends with its own code.
fails_after() {
  local calls
  for calls in "$@"; do
    rm -rf "$work/failed"
    SIMULATED_CUDA_ERROR_AFTER=$calls on_gpus 1 "" failed --data-gpu 0 --model-gpu 1 &&
      contains "error: CUDA error: unspecified launch failure" "$work/out" &&
      contains "cudaErrorLaunchFailure" "$work/failed/log.txt" || { echo "after $calls calls" && return 1; }
  done
}

# tests CODE PROGRAM FILTER: a program of tests, none of which may be skipped.
tests() {
  local code=0
  simulated "$built/bin/$2" "--gtest_filter=$3" >"$work/out" 2>&1 || code=$?
  ((code == $1)) && contains "[  PASSED  ]" "$work/out" && ! grep -F "[  SKIPPED ]" "$work/out" ||
    { echo "code $code instead of $1" && tail -n 60 "$work/out" && false; }
}

expect "the tests of the simulated runtime pass" tests 0 test_simulated_runtime "*"
make_data 60 >/dev/null
expect "trained on the CPU" train "$work/cpu" "${alike[@]}"
expect "two GPUs with peer access: the CPU's bits" same_on_gpus "" peer --data-gpu 0 --model-gpu 1
expect "it says that they are simulated, first" contains "simulated GPUs: 2" <(head -n 1 "$work/out")
expect "its data goes to the other GPU directly" contains "Transfer route: 'peer'" "$work/out"
expect "without peer access, with random delays: the CPU's bits" \
  same_on_gpus "--no-peer --seed 1" staged --data-gpu 0 --model-gpu 1
expect "its data goes through the host" contains "Transfer route: 'staged'" "$work/out"
expect "peer access that changes a byte: the CPU's bits" \
  same_on_gpus "--fault corrupt-peer-copy=1" corrupt --data-gpu 0 --model-gpu 1
expect "is found, and its data goes through the host" contains "Transfer route: 'staged'" "$work/out"
SIMULATED_CUDA_CORRUPT_PEER_COPY=20 expect "a byte changed later, in a batch that is verified: the CPU's bits" \
  same_on_gpus "" verified --data-gpu 0 --model-gpu 1 --verify-transfer
expect "is found, and the batch is sent again" contains "1 batches arrived changed and were sent again" "$work/out"
expect "the two GPUs exchanged: the CPU's bits" same_on_gpus "--seed 2" exchanged --data-gpu 1 --model-gpu 0
expect "one GPU that is shared: the CPU's bits" same_on_gpus "--gpus 1 --seed 3" shared --share-gpu
train "$work/moved" "${alike[@]}" --max-steps 5
expect "stopped on the CPU and resumed on two GPUs: the CPU's bits" \
  same_on_gpus "" moved --data-gpu 0 --model-gpu 1 --resume
expect "stopped on two GPUs" on_gpus 0 "" parts --data-gpu 0 --model-gpu 1 --max-steps 5
cp -r "$work/parts" "$work/back"
expect "and resumed: the CPU's bits" same_on_gpus "" parts --data-gpu 0 --model-gpu 1 --resume
expect "and resumed on the CPU" train "$work/back" "${alike[@]}" --resume
expect "its bits, too" same_run "$work/cpu" "$work/back"
for precision in bf16 fp16; do
  expect "trained in $precision with dropout, without a race" on_gpus 0 "--seed 1" "$precision" --data-gpu 0 \
    --model-gpu 1 --set run.precision="$precision" --set model.dropout=0.1
  expect "in $precision, as its settings say" contains "precision = \"$precision\"" "$work/$precision/config.toml"
done
expect "a GPU without room is said, with code 3" on_gpus 3 "--memory-mb 16384,24" full --data-gpu 0 --model-gpu 1
expect "streams that never wait are found" forgets wait 1 forgotten --data-gpu 0 --model-gpu 1
expect "a race says where the program did this" contains "myxtts::transfer::TransferLane::copy(" "$work/out"
expect "each seventh wait is missed" forgets wait 7 forgotten --data-gpu 0 --model-gpu 1
expect "each third recording of an event is missed" forgets record 3 forgotten --data-gpu 0 --model-gpu 1
expect "operators are counted" counts counted "--seed 2"
expect "without computing" counts zeros --no-compute
expect "alike" cmp "$work/counted.counts" "$work/zeros.counts"
expect "a step's launches are counted" counts_step
expect "validate passes in full" validates
expect "speech is the CPU's, to the bit" speaks
for seed in 1 2 3; do
  SIMULATED_CUDA_SEED=$seed expect "each tensor is on its role's GPU, and no step waits, seed $seed" \
    tests 0 test_run_cuda "*"
done
expect "the library trains on two GPUs" tests 0 test_library_cuda "*"

expect "a GPU that fails is an error, whatever it was at" fails_after 3 30 300 1500 3000 4500 6000
SIMULATED_CUDA_CORRUPT_PEER_COPY=-1 expect "weights reach the other GPU where every copy between them changes a byte" \
  tests 0 test_device_cuda "GpuState.*"

# The tests of GPUs. One of the order of transfers shows that batches are overwritten without it: a race to be found.
planted=GpuTransferOrder.WithoutTheEventsBatchesAreOverwritten
expect "operators that only GPUs have pass their tests" tests 0 test_simulated_operators "*"
expect "the tests of GPUs pass" tests 0 test_device_cuda "-GpuTransferOrder.*"
export SIMULATED_CUDA_SLEEP_DIVISOR=10
expect "the tests of the order of transfers pass" tests 0 test_device_cuda "GpuTransferOrder.*-$planted"
expect "their planted race is found" tests 70 test_device_cuda "$planted"
finish
