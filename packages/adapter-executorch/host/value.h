#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tenfold {

struct Value;
using List = std::vector<Value>;
using Object = std::map<std::string, Value, std::less<>>;

/// Bytes, 32-bit integers or 32-bit floats, by the name that frames have for them: "u8", "i32" or "f32".
struct Binary {
  std::string kind;
  std::vector<std::byte> bytes;
};

/// What a message is made of: JSON, and binary values.
struct Value {
  std::variant<std::nullptr_t, bool, double, std::string, List, Object, Binary> content = nullptr;

  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool flag) : content(flag) {}
  Value(double number) : content(number) {}
  Value(std::string text) : content(std::move(text)) {}
  Value(const char* text) : content(std::string(text)) {}
  Value(List list) : content(std::move(list)) {}
  Value(Object object) : content(std::move(object)) {}
  Value(Binary binary) : content(std::move(binary)) {}

  template <typename Kind>
  const Kind* as() const {
    return std::get_if<Kind>(&content);
  }
  template <typename Kind>
  Kind* as() {
    return std::get_if<Kind>(&content);
  }

  /// A member of an object; null where there is none, or this is no object.
  const Value& operator[](std::string_view name) const;
  /// A member that is text; empty otherwise.
  std::string text(std::string_view name) const;
  /// A member that is a whole number within the limits; otherwise the fallback.
  std::int64_t whole(std::string_view name, std::int64_t fallback, std::int64_t least = 0, std::int64_t most = 1LL << 53) const;
};

}  // namespace tenfold
