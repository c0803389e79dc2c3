#!/usr/bin/env bash
# The end of a run that is out of memory, as a process: on CPU roles with caps, which no flag gives. A stand-in between the
# front and the engine puts the cap into the plan that the front hands over.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

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

# out_of_memory ROLE MB RUN ARGUMENTS...: ends with code 3 and says whose memory, how much and what to do.
out_of_memory() {
  program=$work/bin/myxtts CAP=$1=$2 ends 3 train --train-data "$work/data" --output "$3" "${small[@]}" "${short[@]}" "${@:4}" &&
    contains "the $1 role is out of memory" "$work/out" && contains "the cap of" "$work/out" &&
    contains "--$1-gpu-memory" "$work/out"
}

expect "make-data" make_data 60
expect "the data role's cap, from the start: code 3" out_of_memory data 1 "$work/data-cap"
expect "the model role's cap, from the start: code 3" out_of_memory model 1 "$work/model-cap"
expect "a run to its fifth step" train "$work/run" "${short[@]}" --max-steps 5
expect "resumed under a cap that is too small: code 3" out_of_memory model 1 "$work/run" --resume
expect "its log has the error" contains "the model role is out of memory" "$work/run/log.txt"
expect "the last checkpoint is safe: resumed to the end" train "$work/run" "${short[@]}" --resume
expect "a run that was never stopped" train "$work/unbroken" "${short[@]}"
expect "the same bits" same_run "$work/run" "$work/unbroken"
finish
