# Compiles through ccache, in the user's own cache (CCACHE_DIR, or ccache's default folder), with paths relative to the
# project's folder: a second clone reuses what the first one compiled. -DCMAKE_CXX_COMPILER_LAUNCHER= turns it off, and
# so does CCACHE_DISABLE=1 in the environment of a build. ccache requires the sloppiness for precompiled headers.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1 CCACHE_DEPEND=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()

# CMake's options without the second inclusion of the header: ccache would make its absolute path part of the key.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -Xclang -include-pch -Xclang <PCH_FILE>)
endif()

# myxtts_pch_identity(TARGET WHAT): sets the text that ccache hashes in place of the target's precompiled header, whose
# bytes contain the clone's path. `WHAT` names the headers' version; the options are part of each compilation's key
# anyway.
function(myxtts_pch_identity target what)
  set(_sum ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.pch.sum)
  file(CONFIGURE OUTPUT ${_sum} CONTENT "${what}" @ONLY)
endfunction()
