#!/usr/bin/env bash
# Does speech take the pitch of its reference? bench/two_voices.sh [FOLDER]
# Trains on 600 clips of two voices, speaks 20 unseen sentences, ten with a clip of each voice, and counts how many are
# nearer in pitch to their reference's voice. Prints `N of 20`.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$root/runs/two-voices}
mkdir -p "$folder"
"$root/myxtts" make-data --output "$folder/data" --count 600 --voices en-us+f2,en-us+m3
[[ -e $folder/run/config.toml ]] || "$root/myxtts" train --train-data "$folder/data" --output "$folder/run" --set voice.steps=600
# Sentences of another seed: ten of 1.3 million are not among the 600.
"$root/myxtts" make-data --output "$folder/other" --count 10 --seed 7
cut -d'|' -f2 "$folder/other/metadata.csv" >"$folder/lines.txt"

mean_pitch() { python3 "$root/bench/pitch.py" "$@" | awk '{sum += $1} END {print sum / NR}'; }
clips_of() { awk -F'|' -v voice="$1" -v wavs="$folder/data/wavs/" '$2 == voice {print wavs $1 ".wav"}' "$folder/data/speakers.csv"; }

# shellcheck disable=SC2046  # each word is a clip
low=$(mean_pitch $(clips_of en-us+m3 | head -n 10))
# shellcheck disable=SC2046
high=$(mean_pitch $(clips_of en-us+f2 | head -n 10))
echo "recordings: en-us+m3 $low Hz, en-us+f2 $high Hz"
right=0
for voice in en-us+m3 en-us+f2; do
  reference=$(clips_of "$voice" | sed -n 15p)
  "$root/myxtts" synthesize --checkpoint "$folder/run" --text-file "$folder/lines.txt" --reference "$reference" \
    --greedy --output "$folder/$voice/" >"$folder/speech-$voice.txt"
  while read -r pitch file; do
    nearer=$(awk -v p="$pitch" -v low="$low" -v high="$high" 'BEGIN {print (p < (low + high) / 2) ? "en-us+m3" : "en-us+f2"}')
    echo "$voice: $(basename "$file") $pitch Hz"
    [[ $nearer == "$voice" ]] && right=$((right + 1))
  done < <(python3 "$root/bench/pitch.py" "$folder/$voice"/*.wav)
done
echo "$right of 20"
