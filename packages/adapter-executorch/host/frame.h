#pragma once

#include <cstdint>
#include <functional>
#include <mutex>

#include "value.h"

namespace tenfold {

constexpr std::uint16_t protocol_version = 3;

/// Reads frames of a descriptor, its preamble first.
class FrameReader {
 public:
  explicit FrameReader(int descriptor) : descriptor_(descriptor) {}

  /// Waits for a message. @returns false at the end of the stream between two frames. @throws std::runtime_error that says what is wrong.
  bool read(Value& message);

 private:
  bool fill(std::vector<std::byte>& target, std::size_t size);

  int descriptor_;
  bool greeted_ = false;
};

/// Writes frames to a descriptor, its preamble first. Safe to use from several threads.
class FrameWriter {
 public:
  explicit FrameWriter(int descriptor) : descriptor_(descriptor) {}

  /// @returns false when nobody reads any more.
  bool write(const Value& message);

 private:
  int descriptor_;
  std::mutex mutex_;
  bool greeted_ = false;
};

}  // namespace tenfold
