#include "model.h"

#include <executorch/runtime/platform/runtime.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <algorithm>

#include "failure.h"
#include "native_log.h"

// The wheel has no header for it.
namespace executorch::extension::threadpool {
class ThreadPool {
 public:
  bool _unsafe_reset_threadpool(std::uint32_t threads);
};
ThreadPool* get_threadpool();
}  // namespace executorch::extension::threadpool

namespace tenfold {
namespace {

using executorch::extension::MmapDataLoader;
using executorch::runtime::Program;

std::size_t allocated_bytes() {
#if defined(__GLIBC__)
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

bool ends_with(std::string_view text, std::string_view end) { return text.size() >= end.size() && text.substr(text.size() - end.size()) == end; }

}  // namespace

LoadRequest read_load(const Value& load) {
  if (load.text("role") != "logits") throw Failure("unsupported-request", "This host computes logits and has no other role.");
  LoadRequest request;
  const auto* files = load["model"]["files"].as<List>();
  for (const Value& file : files ? *files : List()) {
    if (!ends_with(file.text("path"), ".pte")) continue;
    if (!request.path.empty()) throw Failure("unsupported-format", "The model has more than one .pte file.");
    request.path = file.text("location");
    request.file_bytes = static_cast<std::size_t>(file.whole("sizeBytes", 0));
    if (request.path.empty()) throw Failure("unsupported-format", file.text("path") + " has no place where a host process can open it.");
  }
  if (request.path.empty()) throw Failure("unsupported-format", "The model has no .pte file.");
  const Value& options = load["options"];
  request.context_size = static_cast<std::size_t>(options.whole("contextSize", 0, 1));
  request.sequences = static_cast<std::size_t>(options.whole("parallel", 1, 1, 64));
  request.threads = static_cast<std::uint32_t>(options.whole("threads", 1, 1, 1024));
  request.most_bytes = static_cast<std::uint64_t>(options.whole("memoryLimitBytes", 0));
  request.method = options["frameworkOptions"].text("method");
  if (request.method.empty()) request.method = "forward";
  return request;
}

Model::Model(const LoadRequest& request) : file_bytes_(request.file_bytes) {
  auto file = MmapDataLoader::from(request.path.c_str(), MmapDataLoader::MlockConfig::NoMlock);
  if (!file.ok()) throw Failure("load-failed", "The file cannot be opened: " + told(file.error()));
  file_ = std::make_unique<MmapDataLoader>(std::move(*file));
  auto program = Program::load(file_.get(), Program::Verification::InternalConsistency);
  if (!program.ok()) throw Failure("invalid-format", "The file is no program that this version of ExecuTorch reads: " + told(program.error()));
  program_ = std::make_unique<Program>(std::move(*program));
  check_delegates(*program_, request.method);
  layout_ = read_layout(*program_, request.method);
  context_size_ = request.context_size == 0 ? layout_.context_size : std::min(request.context_size, layout_.context_size);
  executorch::extension::threadpool::get_threadpool()->_unsafe_reset_threadpool(request.threads);
  const std::size_t before = allocated_bytes();
  for (std::size_t number = 0; number < request.sequences; ++number) {
    sequences_.try_emplace(static_cast<std::int64_t>(number), *program_, request.method, layout_, context_size_);
    const MemoryUse memory = this->memory();
    const std::size_t bytes = memory.weights_bytes + memory.cache_bytes + memory.compute_bytes;
    if (request.most_bytes > 0 && bytes > request.most_bytes) {
      throw Failure("out-of-memory", "The model takes " + std::to_string(bytes) + " bytes of memory; " + std::to_string(request.most_bytes) + " are allowed.");
    }
  }
  std::size_t planned = 0;
  for (const auto& [number, sequence] : sequences_) planned += sequence.planned_bytes();
  const std::size_t grown = allocated_bytes() - std::min(before, allocated_bytes());
  packed_bytes_ = grown - std::min(planned, grown);
}

MemoryUse Model::memory() const {
  MemoryUse memory;
  // A delegate lets go of its part of the file once it has made its own of it.
  memory.weights_bytes = std::max(file_bytes_, packed_bytes_);
  for (const auto& [number, sequence] : sequences_) {
    memory.cache_bytes += sequence.cache_bytes();
    memory.compute_bytes += sequence.planned_bytes() - std::min(sequence.cache_bytes(), sequence.planned_bytes());
  }
  return memory;
}

Sequence& Model::sequence(std::int64_t number) {
  const auto found = sequences_.find(number);
  if (found == sequences_.end()) throw Failure("invalid-input", "There is no sequence " + std::to_string(number) + ".");
  return found->second;
}

void start_executorch() {
  keep_native_log();
  executorch::runtime::runtime_init();
}

}  // namespace tenfold
