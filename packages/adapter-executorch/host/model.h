#pragma once

#include <executorch/extension/data_loader/mmap_data_loader.h>

#include <map>
#include <memory>

#include "sequence.h"
#include "value.h"

namespace tenfold {

struct MemoryUse {
  std::size_t weights_bytes = 0;
  std::size_t cache_bytes = 0;
  std::size_t compute_bytes = 0;
};

/// What a `load` message asks for, as far as a host of logits needs it.
struct LoadRequest {
  std::string path;
  std::size_t file_bytes = 0;
  std::string method;
  std::size_t context_size = 0;
  std::size_t sequences = 1;
  std::uint32_t threads = 1;
  std::uint64_t most_bytes = 0;
};

/// @throws Failure `invalid-input`, `unsupported-format`.
LoadRequest read_load(const Value& load);

/// A program and its sequences, which have the weights in common as far as they lie in the file.
class Model {
 public:
  /// @throws Failure.
  explicit Model(const LoadRequest& request);

  const Layout& layout() const { return layout_; }
  std::size_t context_size() const { return context_size_; }
  MemoryUse memory() const;

  /// @throws Failure `invalid-input`.
  Sequence& sequence(std::int64_t number);
  void release(std::int64_t number) { sequences_.erase(number); }

 private:
  std::unique_ptr<executorch::extension::MmapDataLoader> file_;
  std::unique_ptr<executorch::runtime::Program> program_;
  Layout layout_{};
  std::size_t context_size_ = 0;
  std::size_t file_bytes_ = 0;
  /// What delegates made of the weights for themselves, as far as the allocator tells.
  std::size_t packed_bytes_ = 0;
  std::map<std::int64_t, Sequence> sequences_;
};

/// Ends at once unless ExecuTorch can be set up.
void start_executorch();

}  // namespace tenfold
