#!/usr/bin/env bash
# The end of a run that is out of memory, as a process. Roles on the CPU have caps that no flag gives: a stand-in between
# the front and the engine puts the cap into the plan that the front hands over. On simulated GPUs the flags give it.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# write_stand_in: makes $work/bin/myxtts, whose engine has the cap CAP=ROLE=MB.
write_stand_in() {
  mkdir -p "$work/bin"
  cp "$program" "$work/bin/myxtts"
  cat >"$work/bin/myxtts-engine" <<END
#!/usr/bin/env bash
python3 -c 'import json, os, sys
request = json.load(open(sys.argv[1]))
plan = request["train"]["device_plan"]
role, megabytes = os.environ["CAP"].split("=")
plan["isolated"], plan[role + "_cap_mb"] = True, int(megabytes)
json.dump(request, open(sys.argv[2], "w"))' "\$1" "$work/request.json"
exec "$(dirname -- "$program")/myxtts-engine" "$work/request.json"
END
  chmod +x "$work/bin/myxtts-engine"
}

# train_with_cap ROLE RUN ARGUMENTS...: with a cap that leaves the role 1 MB; code 3.
train_with_cap() {
  local limits=() megabytes=1
  if [[ -n ${MYXTTS_SIMULATED-} ]]; then
    [[ $MYXTTS_SIMULATED == shared ]] || megabytes=1025 # the reserve of context and libraries is the role's alone
    local -A caps=([data]=4096 [model]=4096 [$1]=$megabytes)
    limits=(--enable-memory-isolation --data-gpu-memory "${caps[data]}" --model-gpu-memory "${caps[model]}")
  fi
  program=$capped CAP=$1=$megabytes ends 3 train --train-data "$work/data" --output "$2" "${small[@]}" "${short[@]}" \
    "${@:3}" "${limits[@]}"
}

# out_of_memory ROLE OTHER RUN ARGUMENTS...: says whose memory, how much and what to do, and nothing of the other role.
out_of_memory() {
  train_with_cap "$1" "${@:3}" && contains "the $1 role is out of memory" "$work/out" &&
    contains "the cap of" "$work/out" && contains "--$1-gpu-memory" "$work/out" &&
    ! grep -F "the $2 role is out of memory" "$work/out"
}

capped=$program
[[ -n ${MYXTTS_SIMULATED-} ]] || { write_stand_in && capped=$work/bin/myxtts; }
expect "make-data" make_data 60
expect "the data role's cap, from the start: code 3" out_of_memory data model "$work/data-cap"
expect "the model role's cap, from the start: code 3" out_of_memory model data "$work/model-cap"
expect "a run to its fifth step" train "$work/run" "${short[@]}" --max-steps 5
expect "resumed under a cap that is too small: code 3" out_of_memory model data "$work/run" --resume
expect "its log has the error" contains "the model role is out of memory" "$work/run/log.txt"
expect "the last checkpoint is safe: resumed to the end" train "$work/run" "${short[@]}" --resume
expect "a run that was never stopped" train "$work/unbroken" "${short[@]}"
expect "the same bits" same_run "$work/run" "$work/unbroken"
finish
