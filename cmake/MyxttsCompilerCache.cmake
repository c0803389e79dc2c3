# Compiles through ccache, with the cache in the project's folder; -DCMAKE_CXX_COMPILER_LAUNCHER= turns it off, and so does
# CCACHE_DISABLE=1 in the environment of a build. The sloppiness is what ccache asks for where a header is precompiled.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_DIR=${CMAKE_SOURCE_DIR}/.deps/ccache
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()
