#include "json.h"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace tenfold {
namespace {

constexpr int deepest = 512;

[[noreturn]] void refuse() { throw std::runtime_error("a header that is not JSON"); }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Value whole() {
    Value value = read(0);
    skip();
    if (at_ != text_.size()) refuse();
    return value;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char wanted) {
    if (peek() != wanted || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void expect(char wanted) {
    if (!take(wanted)) refuse();
  }
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
  }
  void word(std::string_view wanted) {
    if (text_.substr(at_, wanted.size()) != wanted) refuse();
    at_ += wanted.size();
  }

  Value read(int depth) {
    if (depth > deepest) refuse();
    skip();
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return list(depth);
      case '"':
        return text();
      case 't':
        return word("true"), Value(true);
      case 'f':
        return word("false"), Value(false);
      case 'n':
        return word("null"), Value(nullptr);
      default:
        return number();
    }
  }

  Value object(int depth) {
    Object members;
    expect('{');
    skip();
    if (take('}')) return members;
    do {
      skip();
      std::string name = text();
      skip();
      expect(':');
      members.insert_or_assign(std::move(name), read(depth + 1));
      skip();
    } while (take(','));
    expect('}');
    return members;
  }

  Value list(int depth) {
    List values;
    expect('[');
    skip();
    if (take(']')) return values;
    do {
      values.push_back(read(depth + 1));
      skip();
    } while (take(','));
    expect(']');
    return values;
  }

  std::size_t digits() {
    const std::size_t from = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    if (at_ == from) refuse();
    return at_ - from;
  }

  double number() {
    const std::size_t from = at_;
    take('-');
    const bool zero = peek() == '0';
    if (digits() > 1 && zero) refuse();
    if (take('.')) digits();
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      digits();
    }
    return std::strtod(std::string(text_.substr(from, at_ - from)).c_str(), nullptr);
  }

  unsigned hexadecimal() {
    unsigned code = 0;
    for (int digit = 0; digit < 4; ++digit) {
      const char one = peek();
      const int value = one >= '0' && one <= '9' ? one - '0' : one >= 'a' && one <= 'f' ? one - 'a' + 10 : one >= 'A' && one <= 'F' ? one - 'A' + 10 : -1;
      if (value < 0) refuse();
      code = code * 16 + static_cast<unsigned>(value);
      ++at_;
    }
    return code;
  }

  static void append(unsigned code, std::string& out) {
    const auto put = [&](unsigned byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
      put(0xc0 | code >> 6);
    } else {
      if (code < 0x10000) {
        put(0xe0 | code >> 12);
      } else {
        put(0xf0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3f));
      }
      put(0x80 | (code >> 6 & 0x3f));
    }
    put(0x80 | (code & 0x3f));
  }

  void escaped(std::string& out) {
    const char kind = peek();
    ++at_;
    static constexpr std::string_view names = "\"\\/bfnrt";
    static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (const auto found = names.find(kind); found != std::string_view::npos) return out.push_back(meanings[found]);
    if (kind != 'u') refuse();
    unsigned code = hexadecimal();
    // A half of a pair that stands alone stays one, as JavaScript's texts may have it.
    if (code >= 0xd800 && code < 0xdc00 && text_.substr(at_, 2) == "\\u") {
      const std::size_t before = at_;
      at_ += 2;
      const unsigned second = hexadecimal();
      if (second >= 0xdc00 && second < 0xe000) code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
      else at_ = before;
    }
    append(code, out);
  }

  std::string text() {
    std::string out;
    expect('"');
    while (!take('"')) {
      if (at_ >= text_.size() || static_cast<unsigned char>(peek()) < 0x20) refuse();
      if (take('\\')) escaped(out);
      else out.push_back(text_[at_++]);
    }
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Well-formed: the shortest form of each character, no halves of pairs, none beyond the last.
bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t index) { return index < text.size() ? static_cast<unsigned char>(text[index]) : 0u; };
  for (std::size_t at = 0; at < text.size();) {
    const unsigned lead = byte(at);
    const std::size_t more = lead < 0x80 ? 0 : lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 4;
    if (more == 4) return false;
    for (std::size_t next = 1; next <= more; ++next) {
      if ((byte(at + next) & 0xc0) != 0x80) return false;
    }
    const unsigned second = byte(at + 1);
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return false;
    at += more + 1;
  }
  return true;
}

}  // namespace

Value parse_json(std::string_view text) {
  if (!is_utf8(text)) refuse();
  return Reader(text).whole();
}

void write_json_text(std::string_view text, std::string& out) {
  const auto escape = [&](unsigned code) {
    char written[8];
    std::snprintf(written, sizeof written, "\\u%04x", code);
    out += written;
  };
  out.push_back('"');
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0u;
    if (byte == '"' || byte == '\\') {
      out.push_back('\\');
      out.push_back(text[at]);
    } else if (byte < 0x20) {
      escape(byte);
    } else if (byte == 0xed && next >= 0xa0 && at + 2 < text.size()) {
      escape(0xd000u | (next & 0x3fu) << 6 | (static_cast<unsigned char>(text[at + 2]) & 0x3fu));
      at += 2;
    } else {
      out.push_back(text[at]);
    }
  }
  out.push_back('"');
}

void write_json_number(double number, std::string& out) {
  char written[32];
  std::snprintf(written, sizeof written, "%.17g", number);
  out += written;
}

}  // namespace tenfold
