#pragma once

#include <executorch/extension/memory_allocator/malloc_memory_allocator.h>
#include <executorch/runtime/executor/method.h>
#include <executorch/runtime/executor/program.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tenfold {

/// A method of a program with memory of its own, zeroed: caches begin empty, and what a mask hides must still be numbers.
class LoadedMethod {
 public:
  /// @throws Failure `unsupported-format`, `out-of-memory`, `load-failed`.
  LoadedMethod(const executorch::runtime::Program& program, const std::string& name);

  /// Computes once, instruction by instruction. @throws Failure `generation-failed`. @throws Cancelled when asked to end before its end.
  void run(const std::function<bool()>& is_cancelled);

  executorch::runtime::Method& method() { return *method_; }
  /// Of caches and intermediate values together.
  std::size_t planned_bytes() const { return planned_bytes_; }

 private:
  std::string name_;
  executorch::extension::MallocMemoryAllocator method_allocator_;
  executorch::extension::MallocMemoryAllocator temporary_allocator_;
  std::vector<std::unique_ptr<void, decltype(&std::free)>> buffers_;
  std::vector<executorch::runtime::Span<std::uint8_t>> spans_;
  std::size_t planned_bytes_ = 0;
  std::optional<executorch::runtime::HierarchicalAllocator> planned_;
  std::optional<executorch::runtime::MemoryManager> manager_;
  std::optional<executorch::runtime::Method> method_;
};

}  // namespace tenfold
