# Finds libtorch in the wheel `torch` (or an unzipped libtorch).
# in:  LIBTORCH_ROOT, the folder that holds include/ and lib/; if not set, the environment variable MYXTTS_LIBTORCH,
#      else the project's own .deps/libtorch.
# out: Libtorch::cpu (torch_cpu, c10); Libtorch::all (the same, with torch_cuda if it is present); if it is present,
#      Libtorch::c10_cuda (CUDA memory; needs only cudart of CUDA's libraries); Libtorch_WITH_CUDA
if(NOT LIBTORCH_ROOT)
  file(GLOB _own LIST_DIRECTORIES true "${CMAKE_SOURCE_DIR}/.deps/libtorch/lib/python3*/site-packages/torch")
  if(DEFINED ENV{MYXTTS_LIBTORCH})
    set(_own "$ENV{MYXTTS_LIBTORCH}")
  endif()
  set(LIBTORCH_ROOT "${_own}" CACHE PATH "libtorch: the folder that holds include/ and lib/" FORCE)
endif()

find_path(Libtorch_INCLUDE_DIR torch/csrc/autograd/variable.h HINTS "${LIBTORCH_ROOT}/include" NO_DEFAULT_PATH)
foreach(_name c10 torch_cpu c10_cuda torch_cuda)
  find_library(Libtorch_${_name}_LIB ${_name} HINTS "${LIBTORCH_ROOT}/lib" NO_DEFAULT_PATH)
endforeach()
if(Libtorch_INCLUDE_DIR)
  file(STRINGS "${Libtorch_INCLUDE_DIR}/torch/headeronly/version.h" _version
       REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
  string(REGEX REPLACE "[^0-9]+([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3" Libtorch_VERSION "${_version}")
  file(STRINGS "${Libtorch_c10_LIB}" _abi REGEX "__cxx1112basic_string" LIMIT_COUNT 1)
  string(COMPARE NOTEQUAL "${_abi}" "" Libtorch_CXX11_ABI)
endif()
get_filename_component(_site "${LIBTORCH_ROOT}/.." ABSOLUTE)
file(GLOB _nvidia_lib LIST_DIRECTORIES true "${_site}/nvidia/*/lib")
file(GLOB _cudart "${_site}/nvidia/cu13/lib/libcudart.so.*" "${LIBTORCH_ROOT}/lib/libcudart*.so*")
find_path(Libtorch_CUDA_INCLUDE_DIR crt/host_defines.h HINTS "${_site}/nvidia/cu13/include"
          PATHS "$ENV{CUDA_HOME}/include" /usr/local/cuda/include NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Libtorch
  REQUIRED_VARS Libtorch_INCLUDE_DIR Libtorch_c10_LIB Libtorch_torch_cpu_LIB
  VERSION_VAR Libtorch_VERSION
  REASON_FAILURE_MESSAGE "no libtorch in '${LIBTORCH_ROOT}': run ./myxtts or scripts/test (they install it), or give -DLIBTORCH_ROOT=")

if(Libtorch_FOUND AND NOT TARGET Libtorch::cpu)
  add_library(Libtorch::cpu INTERFACE IMPORTED)
  # -idirafter: torch's headers bundle fmt and others, which must not shadow the system's.
  target_compile_options(Libtorch::cpu INTERFACE "SHELL:-idirafter ${Libtorch_INCLUDE_DIR}"
                         "SHELL:-idirafter ${Libtorch_INCLUDE_DIR}/torch/csrc/api/include")
  # NDEBUG: the wheel is built with it; without it some classes of the headers (at::RecordFunction) have more members.
  target_compile_definitions(Libtorch::cpu INTERFACE _GLIBCXX_USE_CXX11_ABI=$<BOOL:${Libtorch_CXX11_ABI}> NDEBUG)
  target_link_libraries(Libtorch::cpu INTERFACE "${Libtorch_torch_cpu_LIB}" "${Libtorch_c10_LIB}")
  foreach(_dir "${LIBTORCH_ROOT}/lib" ${_nvidia_lib})
    target_link_options(Libtorch::cpu INTERFACE "LINKER:-rpath,${_dir}" "LINKER:-rpath-link,${_dir}")
  endforeach()

  add_library(Libtorch::all INTERFACE IMPORTED)
  target_link_libraries(Libtorch::all INTERFACE Libtorch::cpu)
  set(Libtorch_WITH_CUDA OFF)
  if(Libtorch_torch_cuda_LIB AND Libtorch_CUDA_INCLUDE_DIR AND _cudart)
    set(Libtorch_WITH_CUDA ON)
    list(GET _cudart 0 _cudart)
    file(GLOB _include LIST_DIRECTORIES true "${Libtorch_CUDA_INCLUDE_DIR}/cccl")
    add_library(Libtorch::c10_cuda INTERFACE IMPORTED)
    target_include_directories(Libtorch::c10_cuda SYSTEM INTERFACE "${Libtorch_CUDA_INCLUDE_DIR}" ${_include})
    target_link_libraries(Libtorch::c10_cuda INTERFACE Libtorch::cpu "${Libtorch_c10_cuda_LIB}" "${_cudart}")
    # The dependencies of torch_cuda are resolved when a program starts, not when it is linked.
    target_link_options(Libtorch::all INTERFACE "LINKER:--allow-shlib-undefined")
    target_link_libraries(Libtorch::all INTERFACE "-Wl,--push-state,--no-as-needed" "${Libtorch_torch_cuda_LIB}"
                          "-Wl,--pop-state" Libtorch::c10_cuda)
  endif()
endif()
