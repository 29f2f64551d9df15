#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "layout.h"
#include "method.h"

namespace tenfold {

enum class Wanted { none, last, all };

/// One sequence of a decoder, with a cache of its own.
class Sequence {
 public:
  Sequence(const executorch::runtime::Program& program, const std::string& method, Layout layout, std::size_t context_size);

  /// Adds tokens. @returns a row of logits for each that is asked for. After Cancelled or a Failure, whole passes are kept.
  /// @throws Failure `invalid-input`, `context-overflow`, `generation-failed`. @throws Cancelled.
  std::vector<std::byte> forward(std::span<const std::int32_t> tokens, Wanted wanted, const std::function<bool()>& is_cancelled);

  /// @returns how many are kept. What a cache holds behind them is written over before a token may look at it.
  std::size_t truncate(std::size_t length) { return length_ = std::min(length_, length); }

  std::size_t planned_bytes() const { return loaded_.planned_bytes(); }
  /// Of the values that outlive a pass, where the program names them; else they count among the planned bytes alone.
  std::size_t cache_bytes() const { return cache_bytes_; }

 private:
  void pass(std::span<const std::int32_t> tokens, std::size_t start, const std::function<bool()>& is_cancelled);
  void add_rows(std::size_t first, std::size_t count, std::size_t given, std::vector<std::byte>& rows);
  void set_input(std::size_t index, std::span<const std::int64_t> values, executorch::aten::ScalarType type, bool is_row);

  LoadedMethod loaded_;
  Layout layout_;
  std::size_t context_size_;
  std::size_t cache_bytes_ = 0;
  std::size_t length_ = 0;
  /// All tokens, where there is no cache.
  std::vector<std::int32_t> history_;
  /// What the inputs point at while a pass computes.
  std::vector<std::int64_t> wide_[2];
  std::vector<std::int32_t> narrow_[2];
};

}  // namespace tenfold
