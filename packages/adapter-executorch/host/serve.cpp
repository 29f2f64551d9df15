#include "serve.h"

#include <unistd.h>

#include <cstring>
#include <new>
#include <optional>

#include "failure.h"
#include "model.h"

namespace tenfold {
namespace {

Value as_value(const MemoryUse& memory) {
  return Object{{"weightsBytes", static_cast<double>(memory.weights_bytes)},
                {"kvCacheBytes", static_cast<double>(memory.cache_bytes)},
                {"computeBytes", static_cast<double>(memory.compute_bytes)}};
}

Value as_value(const Failure& failure) {
  Object error{{"code", failure.code}, {"message", failure.what()}, {"framework", "executorch"}};
  if (!failure.remedy.empty()) error.emplace("remedy", failure.remedy);
  return error;
}

/// What any failure of native code comes to. Called where it was caught.
Failure failure_of(const char* otherwise) {
  try {
    throw;
  } catch (const Failure& failure) {
    return failure;
  } catch (const std::bad_alloc&) {
    return {"out-of-memory", "The host ran out of memory."};
  } catch (const std::exception& error) {
    return {otherwise, error.what()};
  }
}

std::unique_ptr<Model> load(Channel& channel, const Value& message) {
  try {
    channel.send(Object{{"type", "progress"}, {"fraction", 0.1}});
    auto model = std::make_unique<Model>(read_load(message));
    channel.send(Object{{"type", "hello"},
                        {"protocolVersion", static_cast<double>(protocol_version)},
                        {"role", "logits"},
                        {"vocabularySize", static_cast<double>(model->layout().vocabulary_size)},
                        {"contextSize", static_cast<double>(model->context_size())},
                        {"sequences", static_cast<double>(read_load(message).sequences)},
                        {"forks", false},
                        // A pass computes the logits of its tokens in any case.
                        {"keepsLastLogits", true},
                        {"memory", as_value(model->memory())}});
    return model;
  } catch (...) {
    channel.send(Object{{"type", "refused"}, {"error", as_value(failure_of("load-failed"))}});
    _exit(0);
  }
}

Wanted read_wanted(const std::string& name) {
  if (name == "none") return Wanted::none;
  if (name == "last") return Wanted::last;
  if (name == "all") return Wanted::all;
  throw Failure("invalid-input", "Logits are asked for as \"last\", \"all\" or \"none\".");
}

Value forward(Channel& channel, Model& model, const Value& given) {
  const auto* tokens = given["tokens"].as<Binary>();
  if (!tokens || tokens->kind != "i32") throw Failure("invalid-input", "Tokens are 32-bit integers.");
  std::vector<std::int32_t> numbers(tokens->bytes.size() / sizeof(std::int32_t));
  if (!numbers.empty()) std::memcpy(numbers.data(), tokens->bytes.data(), tokens->bytes.size());
  const Wanted wanted = read_wanted(given.text("logits"));
  return Binary{"f32", model.sequence(given.whole("sequence", -1)).forward(numbers, wanted, [&] { return channel.is_cancelled(); })};
}

Value answer(Channel& channel, std::unique_ptr<Model>& model, const Value& request, MemoryUse& memory) {
  const std::string name = request.text("name");
  const Value& given = request["arguments"];
  if (request.text("type") != "call") throw Failure("unsupported-request", "This host computes logits and answers nothing else.");
  if (!model) throw Failure("disposed", "The model was disposed.");
  if (name == "dispose") {
    model.reset();
    return nullptr;
  }
  Value result;
  if (name == "forward") {
    result = forward(channel, *model, given);
  } else if (name == "truncate") {
    const std::int64_t length = given.whole("length", -1);
    if (length < 0) throw Failure("invalid-input", "A length is a whole number from 0 on.");
    result = static_cast<double>(model->sequence(given.whole("sequence", -1)).truncate(static_cast<std::size_t>(length)));
  } else if (name == "release") {
    model->release(given.whole("sequence", -1));
  } else {
    throw Failure("unsupported-request", "This host computes logits and does not offer \"" + name + "\".");
  }
  memory = model->memory();
  return result;
}

}  // namespace

void serve(Channel& channel) {
  std::unique_ptr<Model> model;
  MemoryUse memory;
  for (bool loaded = false; !loaded;) {
    const Value message = channel.next();
    if (message.text("type") == "echo") {
      channel.send(message);
    } else {
      if (message.text("type") != "load") {
        channel.send(Object{{"type", "refused"}, {"error", as_value(Failure("invalid-input", "A host is asked to load first."))}});
        _exit(0);
      }
      model = load(channel, message);
      memory = model->memory();
      loaded = true;
    }
  }
  for (;;) {
    const Value request = channel.next();
    const auto number = static_cast<double>(number_of(request));
    if (number == 0) _exit(1);
    if (channel.is_cancelled() || request.text("type") == "credit") continue;
    try {
      Value result = answer(channel, model, request, memory);
      if (channel.is_cancelled()) continue;
      channel.send(Object{{"type", "result"}, {"number", number}, {"result", std::move(result)}, {"memory", as_value(memory)}});
    } catch (const Cancelled&) {
    } catch (...) {
      channel.send(Object{{"type", "error"}, {"number", number}, {"error", as_value(failure_of("generation-failed"))}});
    }
  }
}

}  // namespace tenfold
