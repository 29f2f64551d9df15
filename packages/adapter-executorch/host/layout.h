#pragma once

#include <executorch/runtime/executor/program.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tenfold {

/// How a decoder is called: read from its method's inputs and outputs, and from the constants that exporters write beside it.
struct Layout {
  /// What tells where tokens stand. `none`: there is no cache, all tokens are given every time.
  enum class Positions { none, start, each };

  Positions positions;
  executorch::aten::ScalarType tokens_type;
  executorch::aten::ScalarType positions_type;
  executorch::aten::ScalarType logits_type;
  /// Tokens that one pass takes.
  std::size_t most_at_once;
  /// Whether a pass takes that many and no fewer.
  bool is_static = false;
  /// Whether a pass gives logits for all of its tokens, or for the last.
  bool gives_all_rows;
  std::size_t vocabulary_size;
  /// Tokens that the cache takes, or a pass where there is none.
  std::size_t context_size;
};

/// Checks, without loading anything, that the method can be called as a decoder. @throws Failure `unsupported-format` saying what it lacks.
Layout read_layout(const executorch::runtime::Program& program, const std::string& method);

/// The value of a method without inputs that gives a whole number or a truth value.
std::optional<std::int64_t> constant(const executorch::runtime::Program& program, const std::string& name);

/// Delegates that a method needs.
std::vector<std::string> delegates_of(const executorch::runtime::Program& program, const std::string& method);
/// Delegates that this host has.
std::vector<std::string> registered_delegates();
/// @throws Failure `unsupported-format` naming those that are not there.
void check_delegates(const executorch::runtime::Program& program, const std::string& method);

}  // namespace tenfold
