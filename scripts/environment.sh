# Shared by ./myxtts and the scripts, which source it with `root` set to the project's folder.
# shellcheck disable=SC2034,SC2154  # used and set by them
deps=$root/.deps
[[ -z ${MYXTTS_LIBTORCH-} ]] || MYXTTS_LIBTORCH=$(realpath -m -- "$MYXTTS_LIBTORCH")

say() { printf 'myxtts: %s\n' "$*" >&2; }

fail() {
  say "$@"
  exit 1
}

# The number of usable processors. nproc itself obeys OMP_NUM_THREADS, which is set only for the tests.
cores() { env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc; }

# cuda if a GPU's driver is found, else cpu; MYXTTS_FLAVOUR overrides this.
flavour=${MYXTTS_FLAVOUR:-cpu}
if [[ -z ${MYXTTS_FLAVOUR-} ]] && { [[ -e /proc/driver/nvidia/version ]] || command -v nvidia-smi >/dev/null; }; then
  flavour=cuda
fi

# The folder of libtorch: the one that the user names, or the project's own (an unexpanded pattern until it is
# installed).
libtorch_root() {
  local own=("$deps"/libtorch/lib/python3*/site-packages/torch)
  printf '%s' "${MYXTTS_LIBTORCH:-${own[0]}}"
}

# The build folder of a preset, relative to the project's folder: cuda shares that of release because it only adds a
# program.
build_folder() { printf 'build/%s' "${1/#cuda/release}"; }

# What the build of a preset depends on besides its sources. The preset front needs no libtorch.
configuration_of() {
  printf '%s %s' "$1" "$root"
  [[ $1 == front ]] || printf ' %s' "$(libtorch_root)"
}

# build_when_changed PURPOSE PRESET PROGRAM...: runs scripts/setup PURPOSE and builds the programs if a source has
# changed since the last build. MYXTTS_BUILD=0 uses what is already built.
build_when_changed() {
  local folder stamp state start
  folder=$root/$(build_folder "$2") state="$(configuration_of "$2"): ${*:3}"
  stamp=$folder/.launcher
  if [[ ${MYXTTS_BUILD-} == 0 ]]; then
    [[ -x $folder/bin/$3 ]] || fail "MYXTTS_BUILD is 0, and '$3' is not built in '$root': run it once without"
    return
  fi
  [[ ! -x $folder/bin/$3 || ! -f $stamp || $(<"$stamp") != "$state" ]] ||
    [[ -n $(find "$root"/{src,include,apps,cmake,scripts,CMakeLists.txt,CMakePresets.json} -newer "$stamp" -print -quit) ]] ||
    return 0
  "$root/scripts/setup" "$1"
  start=$(date +@%s.%N) # a source that changes during the build counts as changed after it
  "$root/scripts/build" "${@:2}"
  printf '%s' "$state" >"$stamp.$$"
  touch -d "$start" "$stamp.$$"
  mv "$stamp.$$" "$stamp"
}

# Holds the project's lock until the script ends: one set-up or build at a time, others wait.
take_lock() {
  mkdir -p "$deps" 2>/dev/null && : 2>/dev/null >>"$deps/lock" ||
    fail "cannot write in '$deps', where libraries and caches go: make '$root' writable, or clone the project to a" \
      "folder of yours (MYXTTS_BUILD=0 runs what was built before)"
  exec 9>>"$deps/lock"
  flock -n 9 || { say "waiting for another set-up or build of this folder"; flock 9; }
}
