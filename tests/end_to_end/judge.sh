#!/usr/bin/env bash
# scripts/judge understands the recordings of make-data, and does not understand them backwards; by their sound it tells
# Persian sentences of one voice from those of another, and is not content with wrong ones.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

value() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$@"; }

holds() { python3 -c 'import sys; sys.exit(not eval(sys.argv[1]))' "$1"; }

judges_words() {
  expect "make-data for the judge" make_data 40
  if ! "$project/scripts/judge" "$work/data" --json >"$work/forwards" 2>"$work/err"; then
    { command -v pocketsphinx_batch && command -v sox; } >/dev/null || {
      skip "the judge" "pocketsphinx is absent and cannot be installed"
      return
    }
  fi
  expect "the judge runs" contains '"grammar": "slot"' "$work/forwards"
  "$project/scripts/judge" "$work/data" --json --reversed >"$work/backwards" 2>>"$work/err"
  local heard reversed
  heard=$(value "$work/forwards" word_errors_percent) reversed=$(value "$work/backwards" word_errors_percent)
  expect "the recordings have at most 0.5 % word errors: $heard" holds "$heard <= 0.5"
  expect "reversed they have at least 60 %: $reversed" holds "$reversed >= 60"
  "$project/scripts/judge" "$work/data" --reversed --max-word-errors 50 >/dev/null 2>&1
  expect "--max-word-errors decides the exit code" test $? == 1
}

# speak VOICE: the same 20 Persian sentences.
speak() { ends 0 make-data --language fa --count 20 --voices "fa+$1" --output "$work/$1"; }

by_sound() { "$project/scripts/judge" --by-sound "$@" --json >"$work/sounds" 2>"$work/err"; }

judges_sounds() {
  expect "make-data in one Persian voice" speak f2
  expect "make-data in another" speak m3
  if ! by_sound "$work/m3" "$work/f2"; then
    { command -v sox && /usr/bin/python3 -c 'import numpy'; } &>/dev/null || {
      skip "the judge by sound" "python3-numpy or sox is absent and cannot be installed"
      return
    }
  fi
  local right
  right=$(value "$work/sounds" sentences_right)
  expect "each sentence sounds like its recording in another voice: $right of 20" test "$right" -ge 19
  # The recordings under each other's names: what was right is wrong now.
  awk -F'|' '{id[NR] = $1; text[NR] = $2} END {for (i = 1; i <= NR; ++i) print id[i] "|" text[i % NR + 1]}' \
    "$work/f2/metadata.csv" >"$work/shifted.csv"
  mv "$work/shifted.csv" "$work/f2/metadata.csv"
  by_sound "$work/m3" "$work/f2" --min-right 50
  expect "--min-right decides the exit code" test $? == 1
  right=$(value "$work/sounds" sentences_right)
  expect "no sentence sounds like a recording of another: $right of 20" test "$right" -le 1
  echo 'slot-m3-00001|این جمله ضبط نشده است' >"$work/m3/metadata.csv"
  by_sound "$work/m3" "$work/f2"
  expect "a sentence that is not recorded is named" contains "slot-m3-00001: its sentence is not recorded" "$work/err"
}

judges_words
judges_sounds
finish
