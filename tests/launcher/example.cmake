# The project of tests/launcher/run.sh: the launcher's targets, as shell scripts that are made from the file src/word. The
# front becomes the engine beside it for `engine ARGUMENTS...`, as the real one does for `train`.
cmake_minimum_required(VERSION 3.25)
project(LauncherExample LANGUAGES NONE)
file(WRITE ${CMAKE_BINARY_DIR}/make.sh [=[
set -e
word=$(cat "$1")
[ "$word" != broken ]
echo built >>"$2/builds.log"
if [ "$word" = slow ]; then echo $$ >"$2/slow"; exec sleep 600; fi
mkdir -p "$2/bin"
cat >"$2/bin/$3" <<PROGRAM
#!/bin/sh
[ "\$1" != --code ] || exit "\$2"
[ "\$1" != engine ] || [ $3 != myxtts ] || exec "\${0%/*}/myxtts-engine" "\$@"
printf '%s|' $3 '$word' "\$@"
echo
PROGRAM
chmod +x "$2/bin/$3"
]=])
set(programs myxtts myxtts-engine)
if(DEFINED MYXTTS_TORCH)  # the preset front
  set(programs myxtts)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/scripts/engine ${CMAKE_BINARY_DIR}/bin/myxtts-engine SYMBOLIC)
endif()
foreach(program ${programs})
  add_custom_command(
    OUTPUT ${CMAKE_BINARY_DIR}/bin/${program}
    COMMAND sh ${CMAKE_BINARY_DIR}/make.sh ${CMAKE_SOURCE_DIR}/src/word ${CMAKE_BINARY_DIR} ${program}
    DEPENDS ${CMAKE_SOURCE_DIR}/src/word
    VERBATIM)
  add_custom_target(${program} DEPENDS ${CMAKE_BINARY_DIR}/bin/${program})
endforeach()
