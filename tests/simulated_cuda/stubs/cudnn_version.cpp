// libtorch asks for cuDNN's version before it decides whether to use it. The emulator has it not used.

#include <cstddef>

extern "C" std::size_t cudnnGetVersion() { return 91900; }
