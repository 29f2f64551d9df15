#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace tenfold {

/// What the other side is told: a code of docs/errors.md and words. Without a remedy it has its code's usual one.
class Failure : public std::runtime_error {
 public:
  Failure(std::string code, const std::string& message, std::string remedy = "")
      : std::runtime_error(message), code(std::move(code)), remedy(std::move(remedy)) {}

  std::string code;
  std::string remedy;
};

/// Nobody waits for what was being computed.
struct Cancelled {};

}  // namespace tenfold
