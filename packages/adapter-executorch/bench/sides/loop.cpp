// The same libraries without anything around them: a prompt at once, then the likeliest token again and again.
#include <executorch/extension/module/module.h>
#include <executorch/extension/tensor/tensor_ptr_maker.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace executorch::extension::threadpool {
class ThreadPool {
 public:
  bool _unsafe_reset_threadpool(std::uint32_t threads);
};
ThreadPool* get_threadpool();
}  // namespace executorch::extension::threadpool

using Clock = std::chrono::steady_clock;
double ms_since(Clock::time_point begin) { return std::chrono::duration<double, std::milli>(Clock::now() - begin).count(); }

// loop MODEL THREADS COUNT TOKEN…
int main(int count, char** arguments) {
  executorch::extension::threadpool::get_threadpool()->_unsafe_reset_threadpool(static_cast<std::uint32_t>(std::atoi(arguments[2])));
  const auto begin = Clock::now();
  executorch::extension::Module model(arguments[1], executorch::extension::Module::LoadMode::Mmap);
  if (model.load_forward() != executorch::runtime::Error::Ok) return 1;
  const double load_ms = ms_since(begin);
  std::vector<std::int64_t> tokens;
  for (int at = 4; at < count; ++at) tokens.push_back(std::atoll(arguments[at]));
  std::int64_t position = 0;
  std::vector<std::int64_t> written;
  auto start = Clock::now();
  double first_ms = 0;
  for (int made = 0; made < std::atoi(arguments[3]); ++made) {
    const auto size = static_cast<std::int32_t>(tokens.size());
    const auto result = model.forward({executorch::extension::from_blob(tokens.data(), {1, size}, executorch::aten::ScalarType::Long),
                                       executorch::extension::from_blob(&position, {1}, executorch::aten::ScalarType::Long)});
    if (!result.ok()) return 1;
    const auto& logits = result->at(0).toTensor();
    const float* row = logits.const_data_ptr<float>();
    position += size;
    tokens.assign(1, std::max_element(row, row + logits.numel()) - row);
    written.push_back(tokens[0]);
    if (made == 0) {
      first_ms = ms_since(start);
      start = Clock::now();
    }
  }
  std::printf("{\"loadMs\":%f,\"timeToFirstTokenMs\":%f,\"decodeTokensPerSecond\":%f,\"tokens\":[", load_ms, first_ms, (written.size() - 1) * 1000 / ms_since(start));
  for (std::size_t at = 0; at < written.size(); ++at) std::printf("%s%lld", at > 0 ? "," : "", static_cast<long long>(written[at]));
  std::printf("]}\n");
}
