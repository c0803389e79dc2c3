# The library for other programs, and the files that `cmake --install` adds so that find_package(MyXTTS) finds it: one
# shared library with all of our code, for the GPU if the CUDA flavour is built, else for the CPU.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(_flavour cpu)
if(MYXTTS_CUDA)
  set(_flavour cuda)
endif()
add_library(myxtts_shared SHARED $<TARGET_OBJECTS:myxtts_library>)
set_target_properties(myxtts_shared PROPERTIES
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib OUTPUT_NAME myxtts EXPORT_NAME myxtts VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION} LINKER_LANGUAGE CXX
  INSTALL_RPATH "")
target_link_libraries(myxtts_shared
  PRIVATE myxtts_library myxtts_device_${_flavour}_flavour
  INTERFACE $<LINK_ONLY:Libtorch::cpu>)
target_compile_features(myxtts_shared INTERFACE cxx_std_20)

set(_headers ${CMAKE_INSTALL_INCLUDEDIR}/myxtts-${PROJECT_VERSION})
set(_package ${CMAKE_INSTALL_LIBDIR}/cmake/MyXTTS)
target_include_directories(myxtts_shared INTERFACE $<INSTALL_INTERFACE:${_headers}>)
install(TARGETS myxtts_shared EXPORT MyXTTSTargets)
install(DIRECTORY include/myxtts DESTINATION ${_headers})
install(FILES src/core/error.hpp DESTINATION ${_headers}/core)
install(DIRECTORY src/stages/catalogue DESTINATION ${_headers}/stages FILES_MATCHING PATTERN "*.hpp")
install(FILES src/config/fields.hpp src/config/presets.hpp src/config/settings.hpp DESTINATION ${_headers}/config)

configure_package_config_file(cmake/MyXTTSConfig.cmake.in ${CMAKE_BINARY_DIR}/MyXTTSConfig.cmake
                              INSTALL_DESTINATION ${_package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/MyXTTSConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(EXPORT MyXTTSTargets NAMESPACE MyXTTS:: DESTINATION ${_package})
install(FILES ${CMAKE_BINARY_DIR}/MyXTTSConfig.cmake ${CMAKE_BINARY_DIR}/MyXTTSConfigVersion.cmake
              cmake/FindLibtorch.cmake DESTINATION ${_package})
