#!/usr/bin/env bash
# The library as another program sees it: installs build/release, builds the example against it, and runs it.
source "$(dirname -- "${BASH_SOURCE[0]}")/../support/checks.sh"
build=$project/build/release
program=$build/bin/myxtts
prefix=$work/prefix
example=$work/example/memory_isolated_training
export NO_COLOR=1 OMP_NUM_THREADS=1

install_library() { cmake --install "$build" --prefix "$prefix" >"$work/out" 2>&1 || { cat "$work/out" && false; }; }

build_example() {
  { cmake -S "$project/examples/memory_isolated_training" -B "$work/example" -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_CXX_COMPILER="$1" -DCMAKE_BUILD_TYPE=Release && cmake --build "$work/example"; } >"$work/out" 2>&1 ||
    { cat "$work/out" && false; }
}

# run CODE ARGUMENTS...: the example, with its output in $work/out and its errors in $work/err.
run() {
  local code=0
  "$example" "${@:2}" >"$work/out" 2>"$work/err" </dev/null || code=$?
  ((code == $1)) || { echo "code $code instead of $1" && cat "$work/out" "$work/err" && false; }
}

has_no_torch_headers() { ! find "$prefix" -path '*include*' -name '*.hpp' -exec grep -l '<torch\|<c10\|<fmt\|<nlohmann' {} + | grep .; }

write_config() {
  cat >"$work/config.toml" <<'TOML'
[run]
threads = 1
[model]
layers = 1
width = 64
heads = 2
[conditioning]
width = 32
blocks = 1
[codec]
hidden = 32
codes = 64
dimensions = 16
blocks = 1
codebook_vectors = 256
codebook_rounds = 3
codebook_step = 4
steps = 8
[data]
statistics_clips = 8
[memory]
interval_steps = 2
TOML
}

speaks() { "$program" synthesize --checkpoint "$work/run" --threads 1 --text "The boat." --greedy --output "$work/out.wav" >/dev/null; }

expect "cmake --install" install_library
expect "the installed headers need no other library's" has_no_torch_headers
expect "the example is built with find_package(MyXTTS)" build_example clang++-16
"$program" make-data --output "$work/data" --count 16 >/dev/null
write_config
# on_gpus MEMORY_MB,... CODE ARGUMENTS...: as run, on GPUs of the fake driver; "" is a machine without any.
on_gpus() { MYXTTS_FAKE_GPUS=$1 LD_LIBRARY_PATH=$build/fake_driver run "${@:2}"; }

expect "without GPUs: code 1" on_gpus "" 1 "$work/data" "$work/run"
expect "without GPUs: R5's error" contains "❌ Multi-GPU requires at least 2 GPUs, found 0" "$work/err"
expect "without GPUs: nothing else is said" test ! -s "$work/out"
expect "a cap that does not fit: code 1" on_gpus 24576,16384 1 "$work/data" "$work/run"
expect "a cap that does not fit: R16's error" contains "❌ Model GPU 1: a cap of 16384MB does not fit" "$work/err"
expect "on the CPU under the caps" run 0 "$work/data" "$work/run" "$work/config.toml" cpu
expect "get_memory_stats() and log_memory_stats()" contains "Data GPU 0 is cpu: cap 8192MB" "$work/out"
expect "the checkpoint can be read" speaks
expect "a run is not written over" run 1 "$work/data" "$work/run" "$work/config.toml" cpu
printf '[run]\nthreads = 1\n[codec]\nsteps = 0\nhiden = 3\n' >"$work/wrong.toml"
expect "a wrong key is named" run 1 "$work/data" "$work/other" "$work/wrong.toml" cpu
expect "a wrong key: what was meant" contains "codec.hidden" "$work/err"
finish
