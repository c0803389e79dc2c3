# What the end-to-end scripts share; sourced by them.
# shellcheck disable=SC2034
# MYXTTS_PROGRAM: the built program to test, by default that of the preset release.
# MYXTTS_SIMULATED: the simulated GPUs that it uses (tests/simulated_cuda/program.sh names them); without it the CPU.
source "$(dirname -- "${BASH_SOURCE[0]}")/../support/checks.sh"
here=$project/tests/end_to_end
program=$(realpath -m -- "${MYXTTS_PROGRAM:-$project/build/release/bin/myxtts}")
export NO_COLOR=1 OMP_NUM_THREADS=1

[[ -x $program ]] || { echo "FAIL $program is not built" && exit 1; }
if [[ -z ${MYXTTS_SIMULATED-} ]]; then
  export CUDA_VISIBLE_DEVICES=-1 # on a machine with GPUs, too
else
  [[ -e $program-engine-cuda ]] || { skip "simulated GPUs" "$program-engine-cuda is not built" && finish; }
  export MYXTTS_PROGRAM=$program
  program=$project/tests/simulated_cuda/program.sh
fi

# A model so small that a whole run takes about a second: 8 codec steps (the codebook comes in the fourth), 6 voice
# steps. Size and batch are named because their defaults depend on the device.
shape=(--threads 1 --set checkpoint.min_minutes=0 --set model.layers=1 --set model.width=64 --set model.heads=2
  --set conditioning.width=32 --set conditioning.blocks=1 --set codec.hidden=32 --set codec.codes=64
  --set codec.dimensions=16 --set codec.blocks=1 --set codec.codebook_vectors=256 --set codec.codebook_rounds=3
  --set codec.codebook_step=4 --set data.statistics_clips=8 --set checkpoint.interval_steps=3)
small=(--model-size tiny --batch-size 8 "${shape[@]}")
short=(--set codec.steps=8 --set voice.steps=6)

# ends CODE COMMAND...: runs the program with its output in $work/out, and compares the exit code.
ends() {
  local wanted=$1 code=0
  "$program" "${@:2}" >"$work/out" 2>&1 </dev/null || code=$?
  ((code == wanted)) || { echo "code $code instead of $wanted: ${*:2}" && cat "$work/out" && false; }
}

# train RUN ARGUMENTS...: the small model on $work/data.
train() { ends 0 train --train-data "$work/data" --output "$1" "${small[@]}" "${@:2}"; }

# same_run A B: the same parameters, optimiser and steps, to the bit.
same_run() { python3 "$here/runs.py" same "$@"; }

make_data() { ends 0 make-data --output "$work/data" --count "$1"; }
