#include "value.h"

#include <cmath>

namespace tenfold {

const Value& Value::operator[](std::string_view name) const {
  static const Value nothing;
  const auto* object = as<Object>();
  if (!object) return nothing;
  const auto found = object->find(name);
  return found == object->end() ? nothing : found->second;
}

std::string Value::text(std::string_view name) const {
  const auto* found = (*this)[name].as<std::string>();
  return found ? *found : "";
}

std::int64_t Value::whole(std::string_view name, std::int64_t fallback, std::int64_t least, std::int64_t most) const {
  const auto* found = (*this)[name].as<double>();
  if (!found || std::floor(*found) != *found || *found < static_cast<double>(least) || *found > static_cast<double>(most)) return fallback;
  return static_cast<std::int64_t>(*found);
}

}  // namespace tenfold
