#!/usr/bin/env bash
# How a run on GPUs starts, with the real programs over fake drivers (tests/fake_driver): what is printed, and what the log of
# libcuda.so.1 says about who called it, when, and with which visible devices.
source "$(dirname -- "${BASH_SOURCE[0]}")/../support/checks.sh"

built=$project/build/release
for part in bin/myxtts bin/myxtts-engine fake_driver/libcuda.so.1 fake_driver/libnvidia-ml.so.1; do
  [[ -e $built/$part ]] || { skip "the start on GPUs" "$part is not built" && finish; }
done
mkdir "$work/front" "$work/no_driver"
cpu_programs "$work/bin"
cp "$built/bin/myxtts" "$work/front" # without any engine
touch "$work/no_driver/libnvidia-ml.so.1" "$work/no_driver/libcuda.so.1"
unset CUDA_VISIBLE_DEVICES CUDA_DEVICE_ORDER MYXTTS_FAKE_GPU_FILE
export MYXTTS_FAKE_CUDA_LOG=$work/cuda.log MYXTTS_FAKE_GPUS
cd "$work" || exit 1

# run GPUS ARGUMENTS...: with GPUs of so many MiB. Leaves $status, out, err and cuda.log.
run() {
  MYXTTS_FAKE_GPUS=$1
  rm -rf cuda.log run
  touch cuda.log
  LD_LIBRARY_PATH=$built/fake_driver "$work/bin/myxtts" "${@:2}" >out 2>err </dev/null
  status=$?
}

train() { run "$1" train --train-data none --output run "${@:2}"; }

# is STREAM: it holds exactly what comes on stdin.
is() { diff <(cat) "$1"; }

# visible DEVICES: every call of libcuda saw exactly these, in nvidia-smi's order, and none came from the front.
visible() {
  [[ -s cuda.log ]] || { echo "libcuda was never called" && return 1; }
  ! grep -v "program=myxtts-engine CUDA_VISIBLE_DEVICES=$1 CUDA_DEVICE_ORDER=PCI_BUS_ID$" cuda.log
}

# refused LINE...: code 1, these lines on stderr, nothing on stdout, libcuda never touched, and at once.
refused() {
  [[ $status == 1 && ! -s out && ! -s cuda.log ]] && printf '%s\n' "$@" | is err
}

end1='❌ Multi-GPU mode was requested but configuration failed'
end2='   Please check your GPU indices and ensure you have at least 2 GPUs'
three=24576,24576,24576
eight=$three,$three,24576,24576

# R7, and the order of things
train $three --data-gpu 2 --model-gpu 0
expect "the two GPUs are all that CUDA ever sees, in their order" visible 2,0
expect "the driver's version is asked, then CUDA is initialised" \
  test "$(sed 's/ .*//;3q' cuda.log | tr '\n' ' ')" == "load cuDriverGetVersion cuInit "
expect "the configuration is printed to the letter" is out <<'END'
🎯 Configuring Multi-GPU Mode...
   Data Processing GPU: 2
   Model Training GPU: 0
   Set visible devices: GPU 2 and GPU 0
   Configured memory growth for data GPU
   Configured memory growth for model GPU
✅ Multi-GPU configuration completed successfully
END
expect "the engine for the CPU refuses, and says which to build" contains "MYXTTS_FLAVOUR=cuda ./myxtts" err
expect "nothing falls back to the CPU" test "$status" == 1 -a ! -e run/config.toml

train $three --share-gpu --model-gpu 1
expect "a shared GPU is all that CUDA ever sees" visible 1
expect "sharing is printed to the letter" is out <<'END'
🎯 Configuring Multi-GPU Mode...
   Data Processing GPU: 1
   Model Training GPU: 1
   Set visible devices: GPU 1
   Configured memory growth for data GPU
   Configured memory growth for model GPU
✅ Multi-GPU configuration completed successfully
END

train $three --data-gpu 0 --model-gpu 2 --enable-memory-isolation
expect "isolation shows CUDA the same two" visible 0,2
expect "isolation is printed to the letter" is out <<'END'
Memory-Isolated Dual-GPU Trainer Initialization
======================================================================
🎯 Setting up GPU Memory Isolation...
   Data GPU 0: 8192MB limit
   Model GPU 2: 16384MB limit
   ✅ Data GPU memory limit set to 8192MB
   ✅ Model GPU memory limit set to 16384MB
   ✅ Set visible devices: GPU 0 and GPU 2
   ✅ Enabled memory growth for visible GPU 0
   ✅ Enabled memory growth for visible GPU 1
✅ GPU Memory Isolation configured successfully

🎯 Device Mapping:
   Physical GPU 0 → Logical /GPU:0 (Data Processing)
   Physical GPU 2 → Logical /GPU:1 (Model Training)

✅ Memory-Isolated Dual-GPU Trainer initialized successfully
======================================================================
END

train $three
expect "without flags the first GPU is all that CUDA sees, and nothing is said" visible 0
expect "a single GPU prints no multi-GPU lines" test ! -s out
train $three --device cpu
expect "--device cpu never touches CUDA" test ! -s cuda.log

# The user's own CUDA_VISIBLE_DEVICES
export CUDA_VISIBLE_DEVICES=3,1
train $eight --data-gpu 1 --model-gpu 0
expect "indices count within the user's list" visible 1,3
train $eight --data-gpu 0 --model-gpu 2
expect "the list's length is the number of GPUs" refused '❌ Invalid model_gpu=2, must be 0-1' "$end1" "$end2"
export CUDA_VISIBLE_DEVICES=GPU-80000000,GPU-30000000
train $eight --data-gpu 0 --model-gpu 1
expect "UUIDs are understood" visible 7,2
export CUDA_VISIBLE_DEVICES=
train $eight --data-gpu 0 --model-gpu 1
expect "an empty list is no GPU" refused '❌ Multi-GPU requires at least 2 GPUs, found 0' "$end1" "$end2"
cat >mig.json <<'END'
{"gpus": [{"total_mb": 40960, "mig": [{"total_mb": 19968, "uuid": "MIG-aaaaaaaa-0000-0000-0000-000000000000"},
                                      {"total_mb": 19968, "uuid": "MIG-bbbbbbbb-0000-0000-0000-000000000000"}]}]}
END
export MYXTTS_FAKE_GPU_FILE=$work/mig.json CUDA_VISIBLE_DEVICES=MIG-aaaaaaaa-0000-0000-0000-000000000000,MIG-bbbbbbbb-0000-0000-0000-000000000000
train "" --data-gpu 0 --model-gpu 1
expect "two MIG slices cannot be the two GPUs" refused \
  '❌ Two MIG slices cannot be the two GPUs: a process sees only one of them (use --share-gpu on it)'
train "" --share-gpu --model-gpu 1
expect "one MIG slice can be shared" visible MIG-bbbbbbbb-0000-0000-0000-000000000000
unset MYXTTS_FAKE_GPU_FILE CUDA_VISIBLE_DEVICES

# A driver that shows something else than NVML
cat >other.json <<'END'
{"gpus": [{"total_mb": 24576, "uuid": "GPU-99999999-0000-0000-0000-000000000000"}, {"total_mb": 24576}]}
END
MYXTTS_FAKE_CUDA_GPU_FILE=$work/other.json train $three --data-gpu 0 --model-gpu 1
expect "GPUs that are not the planned ones end the run" test "$status" == 1 -a ! -e run/config.toml
expect "what is there is said" contains "'99999999-0000-0000-0000-000000000000, 20000000-fa4e" err
expect "what was planned is said" contains "expected 10000000-fa4e-4000-8000-000000000000, 20000000-fa4e" err

# A driver for an earlier CUDA
MYXTTS_FAKE_CUDA_VERSION=12040 train $three --data-gpu 0 --model-gpu 1
expect "a driver that is too old ends the run" test "$status" == 1 -a ! -e run/config.toml
expect "its version and the needed one are said" contains \
  "'for CUDA 12.4'; expected a driver for CUDA 13.0 or newer, which this build needs" err

# R5, whatever the number of GPUs
for gpus in "" 24576; do
  train "$gpus" --data-gpu 0 --model-gpu 99
  count=$([[ -z $gpus ]] && echo 0 || echo 1)
  expect "$count GPUs are too few" refused "❌ Multi-GPU requires at least 2 GPUs, found $count" "$end1" "$end2"
done
for gpus in 24576,24576 $three $eight; do
  most=$(tr -dc , <<<"$gpus" | wc -c)
  train "$gpus" --data-gpu 0 --model-gpu 99
  expect "model_gpu past $most" refused "❌ Invalid model_gpu=99, must be 0-$most" "$end1" "$end2"
  train "$gpus" --data-gpu -1 --model-gpu 99
  expect "data_gpu before 0 comes first, of $((most + 1))" refused \
    "❌ Invalid data_gpu=-1, must be 0-$most" "$end1" "$end2"
  train "$gpus" --data-gpu "$most" --model-gpu "$most"
  expect "data_gpu=$most is model_gpu=$most" refused '❌ data_gpu and model_gpu must be different' "$end1" "$end2"
  train "$gpus" --data-gpu 0
  expect "one flag of two, with $((most + 1)) GPUs" refused \
    '❌ Multi-GPU mode needs both flags: --model-gpu is missing' "$end1" "$end2"
  train "$gpus" --model-gpu 0
  expect "the other flag of two, with $((most + 1)) GPUs" refused \
    '❌ Multi-GPU mode needs both flags: --data-gpu is missing' "$end1" "$end2"
done
train "" --share-gpu
expect "sharing needs a GPU" refused '❌ --share-gpu requires a GPU, found 0' "$end1"
train 24576 --share-gpu --model-gpu 1
expect "sharing needs that GPU" refused '❌ Invalid model_gpu=1, must be 0-0' "$end1" "$end2"
with_driver() { LD_LIBRARY_PATH=$built/fake_driver "$work/bin/myxtts" "$@"; }
expect "a mistake answers within 300 ms" ends_within 300 with_driver train --data-gpu 0 --model-gpu 99

# No driver at all: a driver's library that cannot be opened
without_driver() { LD_LIBRARY_PATH=$work/no_driver "$work/front/myxtts" "$@" >out 2>err </dev/null; }
without_driver train --data-gpu 0 --model-gpu 99
status=$?
: >cuda.log
expect "no driver is no GPU" refused '❌ Multi-GPU requires at least 2 GPUs, found 0' "$end1" "$end2"
expect "that is said within 300 ms" ends_within 300 without_driver train --data-gpu 0 --model-gpu 99

# validate
without_driver validate --data-gpu 0 --model-gpu 1
expect "validate without a driver: code 1, and no engine is needed" test $? == 1 -a ! -s err
expect "validate says what it found to the letter" is <(sed -E 's/version [0-9.]+/version N/' out) <<'END'
Dual-GPU Pipeline Validation
============================================================

1. Checking prerequisites...
   ❌ NVIDIA driver not found (libnvidia-ml.so.1)
   ✅ libtorch installed (version N)
   ⏭ GPUs that libtorch sees: NVIDIA driver not found (libnvidia-ml.so.1)

2. Validating device placement configuration...
   ❌ Multi-GPU requires at least 2 GPUs, found 0
   ⏭ Visible devices: Multi-GPU requires at least 2 GPUs, found 0
   ⏭ Memory growth of the data GPU: Multi-GPU requires at least 2 GPUs, found 0
   ⏭ Memory growth of the model GPU: Multi-GPU requires at least 2 GPUs, found 0
   ⏭ Transfer policy: Multi-GPU requires at least 2 GPUs, found 0

3. Testing model creation on GPU:1...
   ⏭ Model creation: Multi-GPU requires at least 2 GPUs, found 0
   ⏭ Forward pass: Multi-GPU requires at least 2 GPUs, found 0

4. Testing data transfer between GPUs...
   ⏭ Data on the data GPU: Multi-GPU requires at least 2 GPUs, found 0
   ⏭ Transfer to the model GPU: Multi-GPU requires at least 2 GPUs, found 0
   ⏭ Data integrity after transfer: Multi-GPU requires at least 2 GPUs, found 0

5. Simulating training pipeline...
   ⏭ Dataset on the data GPU: Multi-GPU requires at least 2 GPUs, found 0
   ⏭ Model on the model GPU: Multi-GPU requires at least 2 GPUs, found 0
   ⏭ Processing of 3 batches: Multi-GPU requires at least 2 GPUs, found 0
   ⏭ Pipeline simulation: Multi-GPU requires at least 2 GPUs, found 0

============================================================
❌ Validation failed: 2 of 17 checks
   NVIDIA driver not found: install it, or train on the CPU with ./myxtts train
   GPU indices: compare them with nvidia-smi -L; with one GPU, use --share-gpu
============================================================
END
expect "validate without a driver answers within 300 ms" ends_within 300 without_driver validate
without_driver validate --enable-memory-isolation
expect "isolation adds four checks" contains "❌ Validation failed: 2 of 21 checks" out
without_driver validate --json
expect "validate --json prints one object" python3 -c 'import json, sys
report = json.load(open("out"))
assert len(report["checks"]) == 17 and report["gpus"] == []
assert [check["ok"] for check in report["checks"][:4]] == [False, True, None, False]'
run $three validate --data-gpu 0 --model-gpu 7
expect "bad indices never reach the engine" test "$status" == 1 -a ! -s cuda.log -a ! -s err
expect "bad indices are said in the report" contains "   ❌ Invalid model_gpu=7, must be 0-2" out
run $three validate --data-gpu 0
expect "validate needs both flags" refused '❌ Multi-GPU mode needs both flags: --model-gpu is missing' "$end1" "$end2"
run $three validate --data-gpu 2 --model-gpu 1
expect "validate's engine sees the two GPUs" visible 2,1
expect "an engine that cannot use GPUs fails its check" contains "   ❌ GPUs that libtorch sees: " out
expect "validate has its own exit code" test "$status" == 1
run $three validate --json
expect "validate --json names the GPUs" python3 -c 'import json
gpus = json.load(open("out"))["gpus"]
assert [gpu["peer_to"] for gpu in gpus] == [[1, 2], [0, 2], [0, 1]]
assert gpus[1]["uuid"].startswith("GPU-20000000") and gpus[1]["total_mb"] == 24576'
finish
