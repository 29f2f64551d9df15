#include "method.h"

#include <cstdlib>

#include "failure.h"
#include "native_log.h"

namespace tenfold {
namespace {

using executorch::runtime::Error;
using executorch::runtime::Method;

/// ExecuTorch begins a method again only when it went to its end, so that a pass could not be left. Nothing else holds where a pass is.
template <auto member>
struct Reach {
  friend auto& step_of(Method& method) { return method.*member; }
};
auto& step_of(Method& method);
template struct Reach<&Method::step_state_>;

}  // namespace

LoadedMethod::LoadedMethod(const executorch::runtime::Program& program, const std::string& name) : name_(name) {
  const auto meta = program.method_meta(name.c_str());
  if (!meta.ok()) throw Failure("unsupported-format", "The program has no method " + name + ".");
  for (std::size_t index = 0; index < meta->num_memory_planned_buffers(); ++index) {
    const auto size = meta->memory_planned_buffer_size(index);
    if (!size.ok() || *size < 0) throw Failure("load-failed", "The method " + name + " plans memory that cannot be: " + told(size.error()));
    void* buffer = std::calloc(static_cast<std::size_t>(*size) + 1, 1);
    if (!buffer) throw Failure("out-of-memory", "The method " + name + " needs " + std::to_string(*size) + " bytes of memory at once.");
    buffers_.emplace_back(buffer, &std::free);
    spans_.emplace_back(static_cast<std::uint8_t*>(buffer), static_cast<std::size_t>(*size));
    planned_bytes_ += static_cast<std::size_t>(*size);
  }
  planned_.emplace(executorch::runtime::Span<executorch::runtime::Span<std::uint8_t>>(spans_.data(), spans_.size()));
  manager_.emplace(&method_allocator_, &*planned_, &temporary_allocator_);
  auto method = program.load_method(name.c_str(), &*manager_);
  if (!method.ok()) {
    const Error error = method.error();
    const bool no_memory = error == Error::MemoryAllocationFailed || error == Error::DelegateMemoryAllocationFailed;
    if (error == Error::OperatorMissing) {
      throw Failure("unsupported-format", "The method " + name + " needs operators that this host does not have: " + told(error),
                    "Export the model again without custom operators, or with a delegate that this host has.");
    }
    throw Failure(no_memory ? "out-of-memory" : "load-failed", "The method " + name + " cannot be loaded: " + told(error));
  }
  method_.emplace(std::move(*method));
}

void LoadedMethod::run(const std::function<bool()>& is_cancelled) {
  for (;;) {
    if (is_cancelled()) {
      step_of(*method_) = {};
      throw Cancelled();
    }
    const Error error = method_->step();
    if (error == Error::EndOfMethod) break;
    if (error == Error::Ok) continue;
    step_of(*method_) = {};
    throw Failure("generation-failed", "The method " + name_ + " failed: " + told(error));
  }
  if (const Error error = method_->reset_execution(); error != Error::Ok) {
    throw Failure("generation-failed", "The method " + name_ + " cannot begin again: " + told(error));
  }
}

}  // namespace tenfold
