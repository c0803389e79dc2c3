#!/usr/bin/env bash
# Checkpoints of every version of the format, made by the programs of their time (tests/golden/checkpoint/vN): each loads, says
# the same bytes and goes on to the same end.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
compare() { python3 "$here/old_checkpoints.py" "$@"; }
eval "$(compare environment)"

# exactly NAME COMMAND...: a check that holds to the bit on the kind of processor that made the golden only.
exactly() {
  if compare processor "$golden"; then
    expect "$1" "${@:2}"
  else
    echo "SKIP $1: another kind of processor"
  fi
}

for golden in "$project"/tests/golden/checkpoint/v*; do
  version=$(basename "$golden")
  cp -r "$golden" "$work/$version" && cd "$work/$version" || exit 1
  expect "$version loads and speaks" ends 0 synthesize --checkpoint run --text "the green boat" --greedy --seed 1 --threads 1 \
    --output said.wav
  expect "$version says the same" compare same_speech "$golden" said.wav
  exactly "$version says the same bytes" cmp said.wav "$golden/speech.wav"
  expect "$version goes on" ends 0 train --train-data clips --output run --resume --threads 1
  expect "$version goes on where it was" contains "Going on in the voice stage after step 60." run/log.txt
  [[ $version != v1 ]] ||
    expect "v1 has a key that is gone: the log says so" contains "audio.sample_rate_hz is gone since format version 2" run/log.txt
  expect "$version comes to the same end" compare same_end "$golden" run
  exactly "$version comes to the same bits" compare same_end "$golden" run exactly
done
finish
