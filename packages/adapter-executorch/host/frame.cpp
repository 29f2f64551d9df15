#include "frame.h"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "json.h"

namespace tenfold {
namespace {

constexpr std::size_t most_header_bytes = 16u << 20;
constexpr std::size_t most_payload_bytes = 1u << 30;
constexpr std::size_t alignment = 8;
/// Memory for a payload is taken as it comes, not as it is announced.
constexpr std::size_t piece_bytes = 1u << 20;

constexpr std::array<std::byte, 8> preamble = {std::byte{'T'}, std::byte{'F'}, std::byte{'H'}, std::byte{'O'},
                                               std::byte{'S'}, std::byte{'T'}, std::byte{protocol_version}, std::byte{0}};

std::uint32_t read_u32(const std::byte* bytes) {
  std::uint32_t number = 0;
  for (int at = 3; at >= 0; --at) number = number << 8 | std::to_integer<std::uint32_t>(bytes[at]);
  return number;
}

void write_u32(std::uint32_t number, std::byte* bytes) {
  for (int at = 0; at < 4; ++at) bytes[at] = static_cast<std::byte>(number >> 8 * at);
}

std::size_t element_bytes(std::string_view kind) {
  if (kind == "u8") return 1;
  if (kind == "i32" || kind == "f32") return 4;
  throw std::runtime_error("a part of an unknown kind");
}

Value* step_into(Value& place, const Value& step) {
  if (auto* object = place.as<Object>()) {
    const auto* name = step.as<std::string>();
    const auto found = name ? object->find(*name) : object->end();
    return found == object->end() ? nullptr : &found->second;
  }
  auto* list = place.as<List>();
  const auto* index = step.as<double>();
  if (!list || !index || *index < 0 || std::floor(*index) != *index || *index >= static_cast<double>(list->size())) return nullptr;
  return &(*list)[static_cast<std::size_t>(*index)];
}

Value part_value(const Value& part, const std::vector<std::byte>& payload) {
  const std::string kind = part.text("kind");
  if (kind == "number") {
    const std::string name = part.text("value");
    if (name == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (name == "Infinity") return std::numeric_limits<double>::infinity();
    if (name == "-Infinity") return -std::numeric_limits<double>::infinity();
    throw std::runtime_error("a number that has no name");
  }
  const std::size_t element = element_bytes(kind);
  const std::int64_t offset = part.whole("offset", -1);
  const std::int64_t size = part.whole("sizeBytes", -1);
  if (offset < 0 || size < 0 || static_cast<std::size_t>(size) % element != 0 || static_cast<std::size_t>(offset + size) > payload.size()) {
    throw std::runtime_error("a part that lies outside of its payload");
  }
  return Binary{kind, {payload.begin() + offset, payload.begin() + offset + size}};
}

Value with_parts(Value header, const std::vector<std::byte>& payload) {
  auto* members = header.as<Object>();
  if (!members || !members->contains("message")) throw std::runtime_error("a header without a message");
  Value message = std::move(members->find("message")->second);
  if (!members->contains("parts")) return message;
  const auto* parts = header["parts"].as<List>();
  if (!parts) throw std::runtime_error("parts that are no list");
  for (const Value& part : *parts) {
    const auto* path = part["path"].as<List>();
    Value* place = path ? &message : nullptr;
    for (std::size_t at = 0; place && at < path->size(); ++at) place = step_into(*place, (*path)[at]);
    if (!place || !place->as<std::nullptr_t>()) throw std::runtime_error("a part that has no place in its message");
    *place = part_value(part, payload);
  }
  return message;
}

/// A message taken apart: its JSON, the list of its parts, and where their bytes are.
struct Taken {
  std::string json;
  std::string parts;
  std::vector<std::pair<std::size_t, const std::vector<std::byte>*>> payload;
  std::size_t end = 0;

  void add_part(const std::string& path, std::string_view rest) {
    parts += parts.empty() ? "" : ",";
    parts += "{\"path\":[" + path + "]," + std::string(rest) + "}";
  }

  void add(const Value& value, const std::string& path) {
    const auto under = [&](const std::string& step) { return path.empty() ? step : path + "," + step; };
    if (const auto* flag = value.as<bool>()) {
      json += *flag ? "true" : "false";
    } else if (const auto* number = value.as<double>()) {
      if (std::isfinite(*number)) return write_json_number(*number, json);
      json += "null";
      add_part(path, std::string("\"kind\":\"number\",\"value\":\"") + (std::isnan(*number) ? "NaN" : *number > 0 ? "Infinity" : "-Infinity") + "\"");
    } else if (const auto* text = value.as<std::string>()) {
      write_json_text(*text, json);
    } else if (const auto* list = value.as<List>()) {
      json += "[";
      for (std::size_t index = 0; index < list->size(); ++index) {
        if (index > 0) json += ",";
        add((*list)[index], under(std::to_string(index)));
      }
      json += "]";
    } else if (const auto* object = value.as<Object>()) {
      json += "{";
      bool first = true;
      for (const auto& [name, member] : *object) {
        if (!first) json += ",";
        first = false;
        std::string written;
        write_json_text(name, written);
        json += written + ":";
        add(member, under(written));
      }
      json += "}";
    } else if (const auto* binary = value.as<Binary>()) {
      json += "null";
      const std::size_t offset = (end + alignment - 1) / alignment * alignment;
      add_part(path, "\"kind\":\"" + binary->kind + "\",\"offset\":" + std::to_string(offset) + ",\"sizeBytes\":" + std::to_string(binary->bytes.size()));
      payload.emplace_back(offset, &binary->bytes);
      end = offset + binary->bytes.size();
    } else {
      json += "null";
    }
  }
};

bool write_all(int descriptor, std::vector<iovec> pieces) {
  std::size_t at = 0;
  while (at < pieces.size()) {
    const ssize_t written = writev(descriptor, &pieces[at], static_cast<int>(std::min<std::size_t>(pieces.size() - at, 64)));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    for (auto left = static_cast<std::size_t>(written); at < pieces.size();) {
      const std::size_t taken = std::min(left, pieces[at].iov_len);
      pieces[at].iov_base = static_cast<char*>(pieces[at].iov_base) + taken;
      pieces[at].iov_len -= taken;
      left -= taken;
      if (pieces[at].iov_len > 0) break;
      ++at;
    }
  }
  return true;
}

iovec piece_of(const void* bytes, std::size_t size) { return {const_cast<void*>(bytes), size}; }

}  // namespace

bool FrameReader::fill(std::vector<std::byte>& target, std::size_t size) {
  target.clear();
  while (target.size() < size) {
    const std::size_t held = target.size();
    const std::size_t wanted = std::min(size - held, piece_bytes);
    target.resize(held + wanted);
    const ssize_t count = ::read(descriptor_, target.data() + held, wanted);
    if (count < 0 && errno != EINTR) throw std::runtime_error(std::string("nothing more: ") + std::strerror(errno));
    target.resize(held + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count != 0) continue;
    if (held == 0) return false;
    throw std::runtime_error("half a frame");
  }
  return true;
}

bool FrameReader::read(Value& message) {
  std::vector<std::byte> bytes;
  if (!greeted_) {
    if (!fill(bytes, preamble.size())) return false;
    if (!std::equal(preamble.begin(), preamble.begin() + 6, bytes.begin())) throw std::runtime_error("something else than frames");
    if (!std::equal(preamble.begin() + 6, preamble.end(), bytes.begin() + 6)) {
      const unsigned spoken = std::to_integer<unsigned>(bytes[6]) | std::to_integer<unsigned>(bytes[7]) << 8;
      throw std::runtime_error("version " + std::to_string(spoken) + " of the protocol; this side speaks " + std::to_string(protocol_version));
    }
    greeted_ = true;
  }
  if (!fill(bytes, 8)) return false;
  const std::size_t header_bytes = read_u32(bytes.data());
  const std::size_t payload_bytes = read_u32(bytes.data() + 4);
  if (header_bytes > most_header_bytes) throw std::runtime_error("a header of " + std::to_string(header_bytes) + " bytes");
  if (payload_bytes > most_payload_bytes) throw std::runtime_error("a payload of " + std::to_string(payload_bytes) + " bytes");
  std::vector<std::byte> payload;
  if ((header_bytes > 0 && !fill(bytes, header_bytes)) || (payload_bytes > 0 && !fill(payload, payload_bytes))) throw std::runtime_error("half a frame");
  const std::string_view header = header_bytes == 0 ? std::string_view() : std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  message = with_parts(parse_json(header), payload);
  return true;
}

bool FrameWriter::write(const Value& message) {
  Taken taken;
  taken.add(message, "");
  std::string header = "{\"message\":" + taken.json;
  if (!taken.parts.empty()) header += ",\"parts\":[" + taken.parts + "]";
  header += "}";
  std::array<std::byte, 8> lengths;
  write_u32(static_cast<std::uint32_t>(header.size()), lengths.data());
  write_u32(static_cast<std::uint32_t>(taken.end), lengths.data() + 4);

  static constexpr std::array<std::byte, alignment> filling = {};
  const std::lock_guard lock(mutex_);
  std::vector<iovec> pieces;
  if (!greeted_) pieces.push_back(piece_of(preamble.data(), preamble.size()));
  greeted_ = true;
  pieces.push_back(piece_of(lengths.data(), lengths.size()));
  pieces.push_back(piece_of(header.data(), header.size()));
  std::size_t end = 0;
  for (const auto& [offset, bytes] : taken.payload) {
    pieces.push_back(piece_of(filling.data(), offset - end));
    pieces.push_back(piece_of(bytes->data(), bytes->size()));
    end = offset + bytes->size();
  }
  return write_all(descriptor_, std::move(pieces));
}

}  // namespace tenfold
