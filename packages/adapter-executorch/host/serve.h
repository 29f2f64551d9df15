#pragma once

#include "channel.h"

namespace tenfold {

/// A host's work: answers echoes, does one load, and serves its logits until the process is ended.
[[noreturn]] void serve(Channel& channel);

}  // namespace tenfold
