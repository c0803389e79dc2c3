#!/usr/bin/env bash
# The short end-to-end run: from sentences to speech with a tiny model, stops and resumes.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

run_folder_is_complete() {
  local entry
  for entry in config.toml log.txt metrics.jsonl checkpoints/{last,best,codec-best,voice-best}/state.json \
    checkpoints/last/{voice,codec,optimizer,mel_statistics,default_voice}.safetensors \
    checkpoints/last/{tokenizer.json,config.toml}; do
    [[ -s $1/$entry ]] || { echo "$1 has no $entry" && return 1; }
  done
}

sounds() { python3 -c 'import sys, wave
for name in sys.argv[1:]:
    clip = wave.open(name)
    assert clip.getnframes() > 0.05 * clip.getframerate(), name + ": too short"' "$@"; }

differ() { ! cmp -s "$1" "$2"; }

evaluate() { ends 0 evaluate --checkpoint "$work/run" --train-data "$work/data" --threads 1 "${@:2}" && grep -v seconds "$work/out" >"$1"; }

evaluation_is_complete() {
  python3 -c 'import json, sys
wanted = {"text_loss", "audio_loss", "loss", "clips", "text_targets", "audio_targets", "audio_accuracy",
          "codebook_perplexity", "mel_distance", "seconds"}
result = json.load(open(sys.argv[1]))
assert wanted <= result.keys(), wanted - result.keys()
assert abs(result["loss"] - 0.01 * result["text_loss"] - result["audio_loss"]) < 1e-5' "$1"
}

# stops_and_resumes NAME SIGNAL CODE STAGE SETTINGS...: a signal in a stage saves, and --resume ends in the same bits.
stops_and_resumes() {
  local code=0 process settings=("${@:5}")
  "$program" train --train-data "$work/data" --output "$work/$1" "${small[@]}" "${settings[@]}" >"$work/out" 2>&1 &
  process=$!
  for _ in $(seq 6000); do
    compgen -G "$work/$1/checkpoints/$4-*[0-9]" >/dev/null && break
    sleep 0.05
  done
  kill "-$2" "$process"
  wait "$process" || code=$?
  expect "$2 in the $4 stage: code $3" test "$code" == "$3"
  expect "$2 in the $4 stage: says that it saved" contains "Stopped, saved" "$work/out"
  expect "$2 in the $4 stage: --resume finishes" train "$work/$1" "${settings[@]}" --resume
  train "$work/$1-unbroken" "${settings[@]}" >/dev/null
  expect "$2 in the $4 stage: the same bits as without it" same_run "$work/$1" "$work/$1-unbroken"
}

# The whole path.
expect "make-data" make_data 60
expect "train" train "$work/run" "${short[@]}"
expect "the run folder is complete" run_folder_is_complete "$work/run"
expect "metrics.jsonl has every field" python3 "$here/runs.py" metrics "$work/run"
expect "log.txt keeps what was said" contains "Done after" "$work/run/log.txt"
md5sum "$work"/run/{config.toml,metrics.jsonl,log.txt} >"$work/before"
expect "a run is not written over" ends 1 train --train-data "$work/data" --output "$work/run" "${small[@]}" "${short[@]}"
expect "nothing of it was touched" md5sum --quiet -c "$work/before"

speak() { ends 0 synthesize --checkpoint "$work/run" --threads 1 "$@"; }
text="The green boat touches the heavy mountain."
expect "synthesize, greedy" speak --text "$text" --greedy --output "$work/greedy.wav"
expect "synthesize, a seed" speak --text "$text" --seed 5 --output "$work/one.wav"
expect "synthesize, the seed again" speak --text "$text" --seed 5 --output "$work/same.wav"
expect "the same seed gives the same bytes" cmp "$work/one.wav" "$work/same.wav"
expect "synthesize, another seed" speak --text "$text" --seed 6 --output "$work/other.wav"
expect "another seed gives others" differ "$work/one.wav" "$work/other.wav"
expect "synthesize with references" speak --text "$text" --greedy --output "$work/reference.wav" \
  --reference "$work"/data/wavs/*01.wav --reference "$work"/data/wavs/*02.wav
printf '%s\n\n%s\n' "$text" "A second line." >"$work/lines.txt"
expect "synthesize a file into a folder" speak --text-file "$work/lines.txt" --greedy --output "$work/spoken/"
expect "each line is a clip" sounds "$work"/spoken/000{1,2}.wav
expect "metadata.csv names them" test "$(cut -d'|' -f1 "$work/spoken/metadata.csv" | xargs)" == "0001 0002"
expect "resynthesize" ends 0 resynthesize --checkpoint "$work/run" --threads 1 --input "$work"/data/wavs/*01.wav \
  --output "$work/resynthesised.wav"
expect "all of it sounds" sounds "$work"/{greedy,one,reference,resynthesised}.wav
expect "evaluate" evaluate "$work/first"
expect "evaluate again" evaluate "$work/second"
expect "evaluate prints the same bytes" cmp "$work/first" "$work/second"
"$program" evaluate --checkpoint "$work/run" --train-data "$work/data" --threads 1 --json >"$work/json" 2>/dev/null
expect "evaluate --json is one object with every value" evaluation_is_complete "$work/json"

# Where the time goes.
profile() { (cd "$work" && "$program" profile --train-data data "${small[@]}" --steps 3 "$@" --json); }
profile_is_complete() {
  python3 -c 'import json, sys
result = json.load(open(sys.argv[1]))
parts = {"decode", "resample", "mel", "pack", "prepare", "transfer", "wait", "forward", "backward", "optimiser"}
assert parts <= result["parts"].keys(), parts - result["parts"].keys()
assert result["verdict"]["limited_by"] in {"decode", "data role", "transfer", "compute", "host"}
assert result["steps"] == 3 and ("comparison" in result) == (len(sys.argv) == 3)' "$@"
}
before=$(find "$work" | sort)
profile --compare sequential >"$work/profile.json" 2>"$work/profile.log"
expect "profile --compare sequential is one object with every part and a verdict" profile_is_complete "$work/profile.json" compared
profile --stage codec >"$work/profile.json" 2>"$work/profile.log"
expect "profile of the codec stage, too" profile_is_complete "$work/profile.json"
cut -d'|' -f1 "$work/data/metadata.csv" | head -n 3 | sed 's/.*/["&"]/' | paste -sd, | sed 's/.*/[&]/' >"$work/batches.json"
profile --batches batches.json --rounds 1 >"$work/profile.json" 2>"$work/profile.log"
expect "profile of given batches" profile_is_complete "$work/profile.json"
rm "$work"/profile.{json,log} "$work/batches.json"
expect "profile leaves nothing behind" test "$before" == "$(find "$work" | sort)"

# Stops.
stops_and_resumes interrupted INT 130 codec --set codec.steps=300 --set voice.steps=3
stops_and_resumes terminated TERM 143 voice --set codec.steps=6 --set voice.steps=40
for part in 1,3,0 4,1,4 5,50,1 8,1,0 11,3,4; do
  IFS=, read -r steps buffer workers <<<"$part"
  expect "stopped at step $steps, buffer $buffer, workers $workers" train "$work/parts" "${short[@]}" --resume \
    --max-steps "$steps" --buffer-size "$buffer" --num-workers "$workers"
done
expect "resumed to the end" train "$work/parts" "${short[@]}" --resume
expect "six parts give the bits of one" same_run "$work/parts" "$work/run"
settings=("${short[@]}" --grad-accum 2)
train "$work/two" "${settings[@]}" && train "$work/two-parts" "${settings[@]}" --max-steps 5 --num-workers 0 --buffer-size 1 &&
  train "$work/two-parts" "${settings[@]}" --resume --max-steps 10 --num-workers 4 --buffer-size 3
expect "resumed to the end, two micro-batches a step" train "$work/two-parts" "${settings[@]}" --resume
expect "three parts give the bits of one, two micro-batches a step" same_run "$work/two-parts" "$work/two"
cp -r "$work/data" "$work/more"
settings=("${short[@]}" --train-data "$work/more:1.5")
train "$work/folders" "${settings[@]}"
expect "two folders, one with a weight, are one set" contains "$work/data, $work/more:1.5." "$work/out"
train "$work/folders-parts" "${settings[@]}" --max-steps 11 --num-workers 0 --buffer-size 1
expect "resumed to the end, two folders" train "$work/folders-parts" "${settings[@]}" --resume
expect "two parts give the bits of one, two folders" same_run "$work/folders-parts" "$work/folders"

finish
