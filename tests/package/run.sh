#!/usr/bin/env bash
# The portable folder of scripts/package, with an emptied environment, away from the project, beside the libtorch wheel.
source "$(dirname -- "${BASH_SOURCE[0]}")/../support/checks.sh"
package=$work/"a package"
libtorch=$(root=$project && source "$root/scripts/environment.sh" && libtorch_root)
small=(--threads 1 --set model.layers=1 --set model.width=64 --set model.heads=2 --set conditioning.width=32
  --set conditioning.blocks=1 --set codec.hidden=32 --set codec.codes=64 --set codec.dimensions=16 --set codec.blocks=1
  --set codec.codebook_vectors=256 --set codec.codebook_rounds=3 --set codec.codebook_step=2
  --set data.statistics_clips=8 --set codec.steps=3 --set voice.steps=4)

pack() { MYXTTS_BUILD=0 MYXTTS_FLAVOUR=cpu "$project/scripts/package" "$1" >"$work/out" 2>&1 || { cat "$work/out" && false; }; }

# packaged CODE ARGUMENTS...: from another folder, with nothing of this environment but what names the wheel.
packaged() {
  local code=0
  (cd / && env -i MYXTTS_LIBTORCH="$libtorch" "$package/myxtts" "${@:2}") >"$work/out" 2>&1 </dev/null || code=$?
  ((code == $1)) || { echo "code $code instead of $1" && cat "$work/out" && false; }
}

# Every library that a packed file needs is packed too, comes with the wheel, or is glibc's.
needs_nothing_else() {
  local strangers
  strangers=$(readelf -d "$package"/bin/* "$package"/lib/* | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u |
    grep -vxF -f <(ls "$package/lib" "$libtorch/lib") |
    grep -vE '^(lib(c|m|dl|rt|pthread|util|resolv)|ld-linux-x86-64)\.so\.')
  [[ -z $strangers ]] || { echo "not packed: $strangers" && false; }
}

has_licences() {
  local name
  for name in LICENSE licences.md libsndfile1.txt libespeak-ng1.txt nlohmann-json3-dev.txt; do
    [[ -s $package/share/licences/$name ]] || { echo "no $name" && false; } || return 1
  done
}

at_most_mib() { (($(du -sm "$package" | cut -f1) <= $1)) || { du -sm "$package"/* && false; }; }
sounds() { (($(stat -c %s "$1") > 4000)); }

expect "scripts/package" pack "$package"
expect "at most 64 MiB" at_most_mib 64
expect "needs nothing else of this machine" needs_nothing_else
expect "the licences of the libraries" has_licences
expect "--version" packaged 0 --version
expect "--version names libtorch" contains "libtorch 2.11.0" "$work/out"
expect "make-data" packaged 0 make-data --output "$work/data" --count 60
expect "train" packaged 0 train --train-data "$work/data" --output "$work/run" "${small[@]}" --max-steps 5
expect "synthesize" packaged 0 synthesize --checkpoint "$work/run" --threads 1 --text "The boat." --greedy --output "$work/out.wav"
expect "it sounds" sounds "$work/out.wav"
if command -v nvidia-smi >/dev/null; then
  skip "gpu_check without a GPU" "there is one"
else
  "$package/scripts/gpu_check" "$work/rows" 2>"$work/err"
  expect "gpu_check without a GPU: code 1" test $? == 1 -a ! -e "$work/rows"
  expect "gpu_check without a GPU: says so" contains "no GPU" "$work/err"
fi
"$package/scripts/measured_rows" "$work/run" >"$work/rows"
expect "the rows of a run" contains "| codec stage, optimiser steps | 3, 0 of them refused | |" "$work/rows"
expect "the rows of a run: both stages" contains "| voice stage, a step: median, coefficient of variation |" "$work/rows"
# gpu_check's own work, where the GPU is made up: a launcher that hands out a run of the CPU, and whose `validate` fails.
mkdir -p "$work"/{made_up/bin,commands} && cp -r "$package/scripts" "$work/made_up"
cat >"$work/made_up/myxtts" <<'SH'
#!/usr/bin/env bash
echo "asked for ${MYXTTS_RUN-} $*"
[[ $1 != train ]] || cp -r "$MADE_UP_RUN" "${@: -1}"
[[ $1 != validate ]]
SH
printf '#!/bin/sh\necho "NVIDIA H0, 8192 MiB, 1.2"\n' >"$work/commands/nvidia-smi"
chmod +x "$work"/{made_up/myxtts,commands/nvidia-smi}
cp "$work/made_up/myxtts" "$work/made_up/bin/"
PATH=$work/commands:$PATH MADE_UP_RUN=$work/run TMPDIR=$work "$work/made_up/scripts/gpu_check" "$work/table" 2>"$work/err"
expect "gpu_check where a part fails: code 1" test $? == 1
expect "gpu_check where a part fails: its output" contains "asked for  validate --share-gpu" "$work/err"
expect "gpu_check's table: the GPU" contains "## On one GPU: NVIDIA H0, 8192 MiB, 1.2" "$work/table"
expect "gpu_check's table: what failed" contains "| validate | **failed**, code 1 | \`myxtts validate --share-gpu" "$work/table"
expect "gpu_check's table: what passed" contains "| CUDA tests | passed in 0 s |" "$work/table"
expect "gpu_check's table: the run's rows" contains "| voice stage, optimiser steps | 2, 0 of them refused | |" "$work/table"
expect "gpu_check's table: the profile" contains "    asked for  profile --train-data" "$work/table"
# The same with six seconds in all, of which the first part would take more.
sed -i 's/^\[\[ $1 != validate \]\]$/[[ $1 != make-data ]] || sleep 60/' "$work/made_up/myxtts"
PATH=$work/commands:$PATH GPU_CHECK_SECONDS=6 TMPDIR=$work "$work/made_up/scripts/gpu_check" "$work/late" 2>"$work/err"
expect "gpu_check past its time: code 1" test $? == 1
expect "gpu_check past its time: what did not finish" contains "| data | **not finished** in 6 s |" "$work/late"
expect "gpu_check past its time: what was not reached" contains "| validate | not reached: the 6 s were over |" "$work/late"
expect "gpu_check past its time: to the last part" contains "| profile of the published size | not reached" "$work/late"

expect "packed again over itself" pack "$package"
mkdir "$work/other" && touch "$work/other/file"
pack "$work/other" >/dev/null
expect "a folder of something else is left alone" test "$(ls "$work/other")" == file
libtorch=$work/absent
expect "a wrong MYXTTS_LIBTORCH: code 1" packaged 1 --version
expect "a wrong MYXTTS_LIBTORCH is named" contains "'$work/absent' holds no lib/libtorch_cpu.so" "$work/out"
finish
