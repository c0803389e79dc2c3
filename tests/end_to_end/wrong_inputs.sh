#!/usr/bin/env bash
# Wrong inputs: each ends with the right code and a message that names it, and nothing that was there is lost.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

files_below() { find "$work" \( -type f ! -path "$work/out" ! -path "$work/before" ! -path "$work/after" \) -exec md5sum {} + | sort; }

# Every file is as it was; new ones may have come.
nothing_lost() { files_below >"$work/after" && [[ -z $(comm -23 "$work/before" "$work/after") ]] || { comm -23 "$work/before" "$work/after" && false; }; }

is_a_message() { ! grep -qE 'terminate called|Segmentation|backtrace|frame #|defect of MyXTTS|unordered_map|std::' "$work/out" || { cat "$work/out" && false; }; }

# refused CODE WORDS ARGUMENTS...: the program's message holds the words.
refused() { ends "$1" "${@:3}" && contains "$2" "$work/out" && is_a_message && nothing_lost; }

# wrong NAME CODE WORDS ARGUMENTS...
wrong() {
  files_below >"$work/before"
  expect "$1" refused "${@:2}"
}

# wrong_data NAME WORDS: trains on $work/bad.
wrong_data() { wrong "$1" 1 "$2" train --train-data "$work/bad" --output "$work/new-run" "${small[@]}" "${short[@]}"; }

# fresh_data: a data set of twelve clips in $work/bad, to be broken.
fresh_data() { rm -rf "$work/bad" "$work/new-run" && cp -r "$work/data" "$work/bad"; }

edit_line() { sed -i "$1" "$work/bad/metadata.csv"; }

# change_byte FILE OFFSET
change_byte() { python3 -c 'import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2]))
    byte = file.read(1)[0]
    file.seek(int(sys.argv[2]))
    file.write(bytes([byte ^ 1]))' "$@"; }

# recording KIND FILE: a recording that something is wrong with.
recording() { python3 "$here/recordings.py" "$@"; }

# wrong_recording NAME WORDS KIND: in place of the first clip's.
wrong_recording() {
  fresh_data && rm "$work/bad/wavs/$id.wav" && recording "$3" "$work/bad/wavs/$id.${4:-wav}"
  wrong_data "$1" "$2"
}

# wrong_table NAME WORDS TEXT: another list of clips, as printf writes it, beside the same recordings.
wrong_table() {
  fresh_data && printf "$3" >"$work/bad/metadata.csv"
  wrong_data "$1" "$2"
}

make_data 12 >/dev/null
train "$work/run" "${short[@]}" || exit 1
clip=$(find "$work/data/wavs" -name '*.wav' | sort | head -n 1)
id=$(basename "$clip" .wav)

# Data sets.
wrong "a data folder that is not there" 1 "$work/absent" train --train-data "$work/absent" --output "$work/new-run"
rm -rf "$work/new-run" && mkdir "$work/bad"
wrong_data "no metadata.csv" "$work/bad"
rm -rf "$work/new-run" && mkdir "$work/bad/metadata.csv"
wrong_data "metadata.csv is a folder" "metadata.csv"
fresh_data && : >"$work/bad/metadata.csv"
wrong_data "an empty metadata.csv" "names no clips: $work/bad"
fresh_data && : >"$work/bad/wavs/$id.wav"
wrong_data "an empty recording" "$id"
fresh_data && rm "$work/bad/wavs/$id.wav"
wrong_data "a recording that is not there" "$id"
fresh_data && echo "This is text." >"$work/bad/wavs/$id.flac" && rm "$work/bad/wavs/$id.wav"
wrong_data "a text file named .flac" "$id"
fresh_data && edit_line "1s/|.*/|/"
wrong_data "a text of length 0" "metadata.csv:1"
fresh_data && edit_line '2s/$/ \xff\xfe/'
wrong_data "broken UTF-8" "metadata.csv:2"
fresh_data && edit_line '1p'
wrong_data "an id that is there twice" "metadata.csv:2"
fresh_data && edit_line '3s/^/..\/..\//'
wrong_data "an id that leads out of the folder" "metadata.csv:3"
fresh_data && edit_line '4s/|/ /'
wrong_data "a line without columns" "metadata.csv:4"
fresh_data && edit_line '1s/^/\xff/'
wrong_data "broken UTF-8 in an id" "its id is not UTF-8"
fresh_data && printf '%s|\xc3\x28\n' "$id" >"$work/bad/speakers.csv"
wrong_data "broken UTF-8 in the list of speakers" "speakers.csv:1"
wrong_table "broken UTF-8 in the column of speakers" "metadata.csv:2" "audio,text,speaker\n$id,Text,\xff\n"
wrong_table "broken UTF-8 in the column of languages" "metadata.csv:2" "audio,text,language\n$id,Text,\xff\n"
wrong_table "an id with slashes that names nothing" "no wavs/deep/er/$id" "deep/er/$id|Text\n"
wrong_table "an absolute path" "metadata.csv:1" "$clip|Text\n"
wrong_table "fewer fields than the header line names" "metadata.csv:2" "audio,text,speaker\n$id,Text\n"
wrong_table "a quote that is not closed" "metadata.csv:2" "audio,text\n$id,\"Text\n"
wrong_table "commas in texts without quotes" "header line" "$id,Text, and more\n"
wrong_table "a JSON line that is none" "metadata.csv:1" '{"audio": "a", "text": \n'
wrong_table "a JSON object without a text" "metadata.csv:1" '{"audio": "a"}\n'
wrong_table "a JSON array that is cut off" "metadata.csv" '[{"audio": "a", "text": "b"},'
wrong_table "a list of clips in UTF-32" "UTF-32" '\xff\xfe\0\0a\0\0\0|\0\0\0b\0\0\0'
fresh_data && rm "$work/bad/metadata.csv" && mkfifo "$work/bad/metadata.csv"
wrong_data "a pipe in place of the list of clips" "not a regular file"
fresh_data && rm "$work/bad/wavs/$id.wav" && mkfifo "$work/bad/wavs/$id.wav"
wrong_data "a pipe in place of a recording" "$id.wav: it is not a regular file"
fresh_data && ln -sfn "$id.wav" "$work/bad/wavs/$id.wav"
wrong_data "a link that leads in a circle" "$id.wav"
fresh_data && ln -sfn "$clip" "$work/bad/wavs/$id.wav"
wrong_data "a link that leads out of the folder" "out of the data folder"
fresh_data && rm -r "$work/bad/wavs" && ln -s wavs "$work/bad/wavs"
wrong_data "a folder of recordings that leads in a circle" "$work/bad/wavs"
wrong_recording "samples that are no numbers" "not finite" not-a-number
wrong_recording "a recording of length 0" "no samples" of-no-samples
wrong_recording "a recording of one sample" "0.00 s long" of-one-sample
wrong_recording "a recording of three hours" "10800.00 s long" of-three-hours
wrong_recording "a recording cut short" "cut short" cut-short
wrong_recording "a sample rate of 1 Hz" "allowed are" of-one-hertz
wrong_recording "an MP3 with a lying header" "its header lies" lying-mp3 mp3
rm -rf "$work/bad" "$work/new-run"
wrong "the second of two folders is not there" 1 "$work/absent" train --train-data "$work/data" --train-data "$work/absent:2" \
  --output "$work/new-run"
rm -rf "$work/new-run"
wrong "a weight of 0" 1 "$work/data:0" train --train-data "$work/data:0" --output "$work/new-run"
rm -rf "$work/new-run"
wrong "held-out clips that are not there" 1 "$work/absent" train --train-data "$work/data" --val-data "$work/absent" \
  --output "$work/new-run"
rm -rf "$work/new-run"
if command -v sox >/dev/null && fresh_data && sox "$clip" "$work/bad/wavs/$id.flac" 2>/dev/null; then
  truncate -s 5000 "$work/bad/wavs/$id.flac" && rm "$work/bad/wavs/$id.wav"
  wrong_data "a truncated FLAC" "$id"
else
  skip "a truncated FLAC" "sox is absent"
fi
rm -rf "$work/bad" "$work/new-run"

# Settings and flags.
on_data=(train --train-data "$work/data" --output "$work/new-run")
printf '[codec]\nsteps = 3\nhiden = 5\n' >"$work/unknown.toml"
wrong "an unknown key in a file" 1 "codec.hiden" "${on_data[@]}" --config "$work/unknown.toml"
printf '[codec]\nsteps = "many"\n' >"$work/type.toml"
wrong "a value of another type in a file" 1 "codec.steps" "${on_data[@]}" --config "$work/type.toml"
printf '[codec\nsteps = 3\n' >"$work/broken.toml"
wrong "a file that is no TOML" 1 "broken.toml:1" "${on_data[@]}" --config "$work/broken.toml"
wrong "a settings file that is not there" 1 "$work/absent.toml" "${on_data[@]}" --config "$work/absent.toml"
wrong "an unknown key of --set" 2 "codec.hidden" "${on_data[@]}" --set codec.hiden=5
wrong "a value out of range of --set" 2 "voice.steps" "${on_data[@]}" --set voice.steps=-5
wrong "an unknown flag" 2 "--batch-size" "${on_data[@]}" --batchsize 5
wrong "an unknown command" 2 "train" trian
wrong "flags without a command" 2 "train" --train-data "$work/data"
wrong "flags that contradict each other" 2 "--reset-training" "${on_data[@]}" --resume --reset-training
wrong "a codec that is given and trained" 2 "--codec" "${on_data[@]}" --stages codec --codec "$work/run"
wrong "two model sizes" 2 "--model-size" "${on_data[@]}" --model-size tiny --set run.size=small
wrong "an empty --train-data" 2 "--train-data" train --train-data "" --output "$work/new-run"
wrong "heads that do not divide the width" 2 "model.width" "${on_data[@]}" --set model.width=65

# The run's folder.
mkdir "$work/foreign" && echo "mine" >"$work/foreign/thesis.txt"
wrong "an output that holds other files" 1 "thesis.txt" train --train-data "$work/data" --output "$work/foreign"
wrong "starting other files over" 1 "thesis.txt" train --train-data "$work/data" --output "$work/foreign" --reset-training
wrong "an output under a regular file" 1 "thesis.txt" train --train-data "$work/data" --output "$work/foreign/thesis.txt/run"
again=(train --train-data "$work/data" --output "$work/run" "${small[@]}" "${short[@]}")
wrong "an output that holds a run" 1 "$work/run" "${again[@]}"
wrong "resuming with another seed" 1 "run.seed" "${again[@]}" --resume --seed 2
wrong "resuming with another folder more" 1 "data.train" "${again[@]}" --resume --train-data "$work/foreign"
wrong "resuming with another model" 1 "model.layers" "${again[@]}" --resume --set model.layers=2

# Checkpoints and speech.
speak() { wrong "$1" "$2" "$3" synthesize --threads 1 --output "$work/speech.wav" "${@:4}"; }
here_text=(--checkpoint "$work/run" --text "The green boat.")
speak "a checkpoint that is not there" 1 "$work/absent" --checkpoint "$work/absent" --text "The boat."
speak "a folder that is no checkpoint" 1 "$work/data" --checkpoint "$work/data" --text "The boat."
speak "a checkpoint of the codec stage" 1 "codec" --checkpoint "$work/run/checkpoints/codec-best" --text "The boat."
damaged=$work/damaged
cp -rL "$work/run/checkpoints/last" "$damaged" && change_byte "$damaged/voice.safetensors" 100000
speak "a checkpoint with a changed bit" 1 "voice.safetensors" --checkpoint "$damaged" --text "The boat."
rm -rf "$damaged" && cp -rL "$work/run/checkpoints/last" "$damaged" && truncate -s 1000 "$damaged/codec.safetensors"
speak "a truncated checkpoint" 1 "codec.safetensors" --checkpoint "$damaged" --text "The boat."
rm -rf "$damaged" && cp -rL "$work/run/checkpoints/last" "$damaged" && rm "$damaged/state.json"
speak "a checkpoint without state.json" 1 "state.json" --checkpoint "$damaged" --text "The boat."
rm -rf "$damaged" && cp -rL "$work/run/checkpoints/last" "$damaged" && truncate -s 100 "$damaged/tokenizer.json"
speak "a truncated vocabulary" 1 "tokenizer.json" --checkpoint "$damaged" --text "The boat."
speak "a reference that is no audio" 1 "thesis.txt" "${here_text[@]}" --reference "$work/foreign/thesis.txt"
speak "a reference that is not there" 1 "$work/absent.wav" "${here_text[@]}" --reference "$work/absent.wav"
: >"$work/empty.txt"
speak "an empty text file" 1 "empty.txt" --checkpoint "$work/run" --text-file "$work/empty.txt"
speak "a text of nothing but unknown characters" 1 "你好" --checkpoint "$work/run" --text "你好"
speak "a text and a text file" 2 "--text-file" "${here_text[@]}" --text-file "$work/empty.txt"
speak "nothing to say" 2 "--text" --checkpoint "$work/run"
speak "a temperature of 0" 2 "--temperature" "${here_text[@]}" --temperature 0
wrong "speech under a regular file" 1 "thesis.txt" synthesize --threads 1 "${here_text[@]}" --output "$work/foreign/thesis.txt/a.wav"
wrong "resynthesising what is no audio" 1 "thesis.txt" resynthesize --threads 1 --checkpoint "$work/run" \
  --input "$work/foreign/thesis.txt" --output "$work/speech.wav"
wrong "evaluating on what is not there" 1 "$work/absent" evaluate --threads 1 --checkpoint "$work/run" --train-data "$work/absent"

# A folder that vanishes: the run ends, and goes on when it is back.
cp -r "$work/data" "$work/bad"
long=(--train-data "$work/bad" --output "$work/vanishing" "${small[@]}" "${short[@]}" --set voice.steps=3000 --set data.cache_mb=0)
"$program" train "${long[@]}" >"$work/out" 2>&1 &
process=$!
for _ in $(seq 6000); do
  compgen -G "$work/vanishing/checkpoints/voice-*[0-9]" >/dev/null && break
  sleep 0.05
done
mv "$work/bad" "$work/moved"
code=0 && wait "$process" || code=$?
expect "a folder that vanishes: code 1" test "$code" == 1
expect "a folder that vanishes: the message names it" contains "$work/bad" "$work/out"
expect "a folder that vanishes: it is a message" is_a_message
saved=$(python3 "$here/runs.py" newest "$work/vanishing")
expect "a folder that vanishes: a checkpoint is whole, $saved steps" test "$saved" -ge 9
mv "$work/moved" "$work/bad"
expect "a folder that is back: it goes on" ends 0 train "${long[@]}" --resume --max-steps $((saved + 3))
rm -rf "$work/bad" "$work/vanishing"

# A clip that breaks while the run goes on costs a line; more than are allowed end the run, and it goes on when they are
# back.
ends 0 make-data --output "$work/bad" --count 24
long=(--train-data "$work/bad" --buffer-size 4 "${small[@]}" --set codec.steps=8 --set voice.steps=150 --set data.cache_mb=0)
# breaks RUN CLIPS...: trains, and takes the clips away after the first steps; the output is in $work/out.
breaks() {
  "$program" train "${long[@]}" --output "$1" --max-steps 130 >"$work/out" 2>&1 &
  process=$!
  for _ in $(seq 6000); do
    compgen -G "$1/checkpoints/voice-*[0-9]" >/dev/null && break
    sleep 0.05
  done
  mkdir -p "$work/away" && mv "${@:2}" "$work/away"
  code=0 && wait "$process" || code=$?
}
mapfile -t clips < <(find "$work/bad/wavs" -name '*.wav' | sort)
breaks "$work/breaking" "${clips[3]}"
expect "a clip that breaks: the run ends well" test "$code" == 0
expect "a clip that breaks: one line names it" test "$(grep -c "broke: .*${clips[3]}" "$work/out")" == 1
expect "a clip that breaks: the end says so" contains "1 clip broke during the run" "$work/out"
expect "a clip that breaks: its rows are counted" test "$(python3 "$here/runs.py" broken "$work/breaking")" -ge 1
expect "a clip that broke: a resume goes on without it" ends 0 train "${long[@]}" --output "$work/breaking" --resume --max-steps 150
expect "a clip that broke: a resume names it" contains "is left out" "$work/out"
mv "$work/away/"* "$work/bad/wavs"
breaks "$work/broken" "${clips[@]:3:3}"
expect "clips that break: code 1" test "$code" == 1
expect "clips that break: the message counts them" contains "2 of 24 clips cannot be used any more" "$work/out"
expect "clips that break: the message says how to go on" contains "--resume" "$work/out"
expect "clips that break: it is a message" is_a_message
saved=$(python3 "$here/runs.py" newest "$work/broken")
mv "$work/away/"* "$work/bad/wavs"
expect "clips that are back: it goes on" ends 0 train "${long[@]}" --output "$work/broken" --resume --max-steps $((saved + 3))
rm -rf "$work/bad" "$work/breaking" "$work/broken"

# Two languages in one set.
ends 0 make-data --output "$work/bad" --count 6
ends 0 make-data --output "$work/persian" --count 6 --language fa
for recording in "$work/persian/wavs/"*; do mv "$recording" "$work/bad/wavs/fa-${recording##*/}"; done
{
  echo "audio|text|language"
  sed 's/|\([^|]*\).*/|\1|en/' "$work/bad/metadata.csv"
  sed 's/^/fa-/; s/|\([^|]*\).*/|\1|fa/' "$work/persian/metadata.csv"
} >"$work/both" && mv "$work/both" "$work/bad/metadata.csv"
expect "clips of two languages: they train" ends 0 train --train-data "$work/bad" --output "$work/languages" "${small[@]}" "${short[@]}"
expect "clips of two languages: each has its token" grep -q '"\[fa\]"' "$work/languages/checkpoints/last/tokenizer.json"
sed -i '2s/en$/tlh/' "$work/bad/metadata.csv"
wrong_data "a language that nobody knows" "its language is 'tlh'; known are en, fa"
rm -rf "$work/bad" "$work/persian" "$work/languages" "$work/new-run"

# A disk that fills: the run ends, what was saved stays good, and with room it goes on.
disk=$work/disk
mkdir "$disk"
if ((EUID == 0)) && mount -t tmpfs -o size=6m tmpfs "$disk" 2>/dev/null; then
  trap 'umount "$disk"; rm -rf "$work"' EXIT
  wrong "a full disk" 1 "No space left" train --train-data "$work/data" --output "$disk/run" "${small[@]}" "${short[@]}"
  saved=$(python3 "$here/runs.py" newest "$disk/run")
  expect "a full disk: the checkpoint from before is whole, $saved steps" test "$saved" -ge 3
  mount -o remount,size=64m "$disk"
  expect "with room it goes on" train "$disk/run" "${short[@]}" --resume
  expect "with room it ends in the same bits" same_run "$disk/run" "$work/run"
else
  skip "a full disk" "no root, or no tmpfs can be mounted"
fi

lost_output() {
  local code=0
  "$program" "$@" >/dev/full 2>"$work/out" || code=$?
  ((code == 1)) && contains "standard output cannot be written" "$work/out"
}
expect "settings that cannot be printed: code 1" lost_output train --dump-config
expect "a figure that cannot be printed: code 1" lost_output evaluate --train-data "$work/data" --checkpoint "$work/run" --threads 1 --json
finish
