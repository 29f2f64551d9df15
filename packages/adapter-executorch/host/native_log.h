#pragma once

#include <executorch/runtime/core/error.h>

#include <string>

namespace tenfold {

/// Has ExecuTorch's own messages kept, beside their way to the standard error.
void keep_native_log();

/// The name of an error, and what ExecuTorch said about it since it was asked last.
std::string told(executorch::runtime::Error error);

}  // namespace tenfold
