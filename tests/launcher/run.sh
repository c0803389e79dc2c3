#!/usr/bin/env bash
# ./myxtts and the scripts under it: on the built programs where there are some, and, for what would need a second build, on a
# small project of CMake's that has their targets.
source "$(dirname -- "${BASH_SOURCE[0]}")/../support/checks.sh"

# A project at $1 with our launcher and scripts, whose two programs print their names and arguments and note each build.
make_project() {
  mkdir -p "$1"/{src,include,apps,cmake} "$1/torch/include/torch"
  cp -r "$project"/{myxtts,scripts,CMakePresets.json} "$1"
  cp "$project/tests/launcher/example.cmake" "$1/CMakeLists.txt"
  echo first >"$1/src/word"
}

# builds FRONT_OR_RELEASE: how often its program was built.
builds() { wc -l <"$copy/build/$1/builds.log"; }

export MYXTTS_FLAVOUR=cpu
unset MYXTTS_BUILD
copy="$work/a folder with spaces"
make_project "$copy"
export MYXTTS_LIBTORCH=$copy/torch

cd / || exit 1
MYXTTS_LIBTORCH=$work/absent "$copy/myxtts" speak "two words" "" '*' >"$work/out" 2>"$work/err"
expect "first run builds, in a path with spaces, and hands arguments over" contains "myxtts|first|speak|two words||*|" "$work/out"
expect "a build says what it does, apart from the output" contains "configuring the preset front" "$work/err"
expect "what needs no engine builds none, and needs no libtorch" test ! -e "$copy/build/release"
"$copy/myxtts" >"$work/out" 2>"$work/err"
expect "second run builds nothing and says nothing" test "$(builds front)$(cat "$work/err")" == 1
"$copy/myxtts" --code 7 >/dev/null
expect "the program's exit code is the launcher's" test $? == 7
MYXTTS_LIBTORCH=$work/absent "$copy/myxtts" engine >"$work/out" 2>&1
expect "a wrong MYXTTS_LIBTORCH is named" contains "MYXTTS_LIBTORCH is '$work/absent'" "$work/out"
MYXTTS_BUILD=0 "$copy/myxtts" engine >"$work/out" 2>&1
expect "MYXTTS_BUILD=0 without the engine says so" contains "'myxtts-engine' is not built in '$copy'" "$work/out"
"$copy/myxtts" engine "two words" >"$work/out" 2>"$work/err"
expect "what needs the engine builds it, and hands arguments over" contains "myxtts-engine|first|engine|two words|" "$work/out"
"$copy/myxtts" engine >"$work/out" 2>"$work/err"
expect "the engine is built once, and then says nothing" test "$(builds release)$(cat "$work/err")" == 1
expect "a front that is there is not built with the engine" test "$(builds front)" == 1

ln -s "$copy/myxtts" "$work/link"
"$work/link" linked >"$work/out" 2>&1
expect "works through a link" contains "myxtts|first|linked|" "$work/out"

echo second >"$copy/src/word"
"$copy/myxtts" >"$work/out" 2>/dev/null
expect "a changed source is built" contains "myxtts|second|" "$work/out"
"$copy/myxtts" engine >"$work/out" 2>/dev/null
expect "a changed source of the engine is built" contains "myxtts-engine|second|" "$work/out"

echo third >"$copy/src/word"
MYXTTS_BUILD=0 "$copy/myxtts" >"$work/out" 2>&1
expect "MYXTTS_BUILD=0 runs what is built" contains "second|" "$work/out"
before=$(builds front)
for i in 1 2 3; do "$copy/myxtts" >"$work/out.$i" 2>/dev/null & done
wait
cat "$work"/out.? >"$work/out"
expect "three at once all run the new program" test "$(grep -c '^myxtts|third|' "$work/out")" == 3
expect "three at once build once" test $(($(builds front) - before)) == 1

echo broken >"$copy/src/word"
"$copy/myxtts" >"$work/out" 2>"$work/err"
expect "a failed build runs nothing" test $? == 1 -a ! -s "$work/out"
expect "a failed build says which" contains "building myxtts with the preset front failed" "$work/err"
echo fourth >"$copy/src/word"
"$copy/myxtts" >"$work/out" 2>/dev/null
expect "the next run after a failed build builds" contains "fourth|" "$work/out"

echo slow >"$copy/src/word"
setsid "$copy/myxtts" >/dev/null 2>&1 &
launcher=$!
for _ in $(seq 1200); do [[ -s $copy/build/front/slow ]] && break; sleep 0.05; done
expect "a slow build has begun" test -s "$copy/build/front/slow"
kill -KILL -- "-$launcher" "$(<"$copy/build/front/slow")"
wait "$launcher" 2>/dev/null
echo fifth >"$copy/src/word"
"$copy/myxtts" >"$work/out" 2>/dev/null
expect "a build killed half way is finished by the next run" contains "fifth|" "$work/out"

mv "$copy" "$copy moved"
MYXTTS_LIBTORCH="$copy moved/torch" "$copy moved/myxtts" >"$work/out" 2>"$work/err"
expect "a moved project builds again" contains "fifth|" "$work/out"

copy="$work/unwritable"
make_project "$copy"
touch "$copy/.deps"
"$copy/myxtts" >"$work/out" 2>&1
expect "a folder that cannot be written is named" contains "cannot write in '$copy/.deps'" "$work/out"
MYXTTS_BUILD=0 "$copy/myxtts" >"$work/out" 2>&1
expect "MYXTTS_BUILD=0 with nothing built says so" contains "'myxtts' is not built in '$copy'" "$work/out"
rm "$copy/.deps"

mkdir "$work/commands"
printf '#!/bin/sh\necho 1000\n' >"$work/commands/id"
chmod +x "$work/commands/id"
echo "surely-no-such-package build" >>"$copy/scripts/packages.txt"
PATH=$work/commands:$PATH "$copy/myxtts" >"$work/out" 2>&1
expect "without root: code 1" test $? == 1
expect "without root: the exact command" contains \
  "sudo apt-get update && sudo apt-get install -y --no-install-recommends surely-no-such-package" "$work/out"

finish
