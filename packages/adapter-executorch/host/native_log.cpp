#include "native_log.h"

#include <executorch/runtime/platform/platform.h>

#include <cstdio>
#include <deque>
#include <mutex>

namespace tenfold {
namespace {

constexpr std::size_t most_lines = 4;
std::mutex mutex;
std::deque<std::string> lines;

void emit(et_timestamp_t, et_pal_log_level_t level, const char*, const char*, std::size_t, const char* message, std::size_t length) {
  std::fprintf(stderr, "%c %.*s\n", static_cast<char>(level), static_cast<int>(length), message);
  if (level != et_pal_log_level_t::kError && level != et_pal_log_level_t::kFatal) return;
  const std::lock_guard lock(mutex);
  lines.emplace_back(message, length);
  if (lines.size() > most_lines) lines.pop_front();
}

}  // namespace

void keep_native_log() { executorch::runtime::register_pal(executorch::runtime::PalImpl::create(emit, __FILE__)); }

std::string told(executorch::runtime::Error error) {
  const std::lock_guard lock(mutex);
  std::string text = executorch::runtime::to_string(error);
  for (const std::string& line : lines) text += "; " + line;
  lines.clear();
  return text;
}

}  // namespace tenfold
