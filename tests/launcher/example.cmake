# The project of tests/launcher/run.sh: the launcher's targets, as shell scripts that are made from the file src/word.
cmake_minimum_required(VERSION 3.25)
project(LauncherExample LANGUAGES NONE)
file(WRITE ${CMAKE_BINARY_DIR}/make.sh [=[
set -e
word=$(cat "$1")
[ "$word" != broken ]
echo built >>"$2/builds.log"
if [ "$word" = slow ]; then echo $$ >"$2/slow"; exec sleep 600; fi
mkdir -p "$2/bin"
cat >"$2/bin/myxtts" <<PROGRAM
#!/bin/sh
[ "\$1" != --code ] || exit "\$2"
printf '%s|' '$word' "\$@"
echo
PROGRAM
chmod +x "$2/bin/myxtts"
]=])
add_custom_command(
  OUTPUT ${CMAKE_BINARY_DIR}/bin/myxtts
  COMMAND sh ${CMAKE_BINARY_DIR}/make.sh ${CMAKE_SOURCE_DIR}/src/word ${CMAKE_BINARY_DIR}
  DEPENDS ${CMAKE_SOURCE_DIR}/src/word
  VERBATIM)
add_custom_target(myxtts DEPENDS ${CMAKE_BINARY_DIR}/bin/myxtts)
add_custom_target(myxtts-engine)
