#include "layout.h"

#include <executorch/runtime/backend/interface.h>

#include <algorithm>

#include "failure.h"
#include "method.h"

namespace tenfold {
namespace {

using executorch::aten::ScalarType;
using executorch::runtime::Program;
using executorch::runtime::Tag;
using executorch::runtime::TensorInfo;

[[noreturn]] void unsuitable(const std::string& method, const std::string& what) {
  throw Failure("unsupported-format", "The method " + method + " " + what + ".",
                "Export a decoder: forward(tokens [1, n], and where there is a cache the first position [1] or all positions [n]) that gives logits.");
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

bool is_whole(ScalarType type) { return type == ScalarType::Long || type == ScalarType::Int; }

TensorInfo tensor_of(const executorch::runtime::MethodMeta& meta, const std::string& method, bool is_input, std::size_t index) {
  const auto info = is_input ? meta.input_tensor_meta(index) : meta.output_tensor_meta(index);
  if (!info.ok()) unsuitable(method, (is_input ? "takes something else than a tensor as its input " : "gives something else than a tensor as its output ") + std::to_string(index));
  return *info;
}

std::size_t size_at(const TensorInfo& info, std::size_t dimension) { return static_cast<std::size_t>(std::max(0, info.sizes()[dimension])); }

}  // namespace

std::optional<std::int64_t> constant(const Program& program, const std::string& name) {
  const auto meta = program.method_meta(name.c_str());
  if (!meta.ok() || meta->num_inputs() != 0 || meta->num_outputs() != 1) return std::nullopt;
  LoadedMethod loaded(program, name);
  loaded.run([] { return false; });
  const auto& value = loaded.method().get_output(0);
  if (value.isInt()) return value.toInt();
  if (value.isBool()) return value.toBool() ? 1 : 0;
  return std::nullopt;
}

std::vector<std::string> delegates_of(const Program& program, const std::string& method) {
  std::vector<std::string> names;
  const auto meta = program.method_meta(method.c_str());
  if (!meta.ok()) unsuitable(method, "is not there");
  for (std::size_t index = 0; index < meta->num_backends(); ++index) {
    if (const auto name = meta->get_backend_name(index); name.ok()) names.emplace_back(*name);
  }
  return names;
}

std::vector<std::string> registered_delegates() {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < executorch::runtime::get_num_registered_backends(); ++index) {
    const auto name = executorch::runtime::get_backend_name(index);
    if (!name.ok()) continue;
    const auto* backend = executorch::runtime::get_backend_class(*name);
    if (backend && backend->is_available()) names.emplace_back(*name);
  }
  return names;
}

void check_delegates(const Program& program, const std::string& method) {
  const std::vector<std::string> offered = registered_delegates();
  std::vector<std::string> absent;
  for (const std::string& name : delegates_of(program, method)) {
    if (std::find(offered.begin(), offered.end(), name) == offered.end()) absent.push_back(name);
  }
  if (absent.empty()) return;
  throw Failure("unsupported-format", "The model is compiled for " + joined(absent) + ", which is not here; there is " + joined(offered) + ".",
                "Choose a variant that was exported for XNNPACK, or without delegates.");
}

Layout read_layout(const Program& program, const std::string& method) {
  const auto found = program.method_meta(method.c_str());
  if (!found.ok()) unsuitable(method, "is not there");
  const auto& meta = *found;
  const std::size_t inputs = meta.num_inputs();
  if (inputs < 1 || inputs > 2) unsuitable(method, "takes " + std::to_string(inputs) + " inputs; tokens and positions are what can be given");
  if (meta.num_outputs() < 1) unsuitable(method, "gives nothing");

  const TensorInfo tokens = tensor_of(meta, method, true, 0);
  if (tokens.sizes().size() != 2 || size_at(tokens, 0) != 1 || size_at(tokens, 1) < 1 || !is_whole(tokens.scalar_type())) {
    unsuitable(method, "does not take tokens as whole numbers in the shape [1, n]");
  }
  const TensorInfo logits = tensor_of(meta, method, false, 0);
  const std::size_t dimensions = logits.sizes().size();
  const bool floating = logits.scalar_type() == ScalarType::Float || logits.scalar_type() == ScalarType::Half || logits.scalar_type() == ScalarType::BFloat16;
  if ((dimensions != 2 && dimensions != 3) || size_at(logits, 0) != 1 || !floating) {
    unsuitable(method, "does not give logits as floats in the shape [1, vocabulary] or [1, n, vocabulary]");
  }

  Layout layout{};
  layout.tokens_type = tokens.scalar_type();
  layout.logits_type = logits.scalar_type();
  layout.most_at_once = size_at(tokens, 1);
  layout.vocabulary_size = size_at(logits, dimensions - 1);
  layout.gives_all_rows = dimensions == 3 && size_at(logits, 1) == layout.most_at_once;
  if (dimensions == 3 && !layout.gives_all_rows && size_at(logits, 1) != 1) unsuitable(method, "gives logits for another number of tokens than it takes");
  const std::int64_t stated = constant(program, "get_vocab_size").value_or(static_cast<std::int64_t>(layout.vocabulary_size));
  if (layout.vocabulary_size < 1 || stated != static_cast<std::int64_t>(layout.vocabulary_size)) {
    unsuitable(method, "gives logits for " + std::to_string(layout.vocabulary_size) + " tokens, and get_vocab_size says " + std::to_string(stated));
  }

  const bool says_cache = constant(program, "use_kv_cache").value_or(inputs == 2) != 0;
  if (inputs == 1) {
    if (says_cache) unsuitable(method, "has a cache, as use_kv_cache says, and takes no position");
    layout.positions = Layout::Positions::none;
  } else {
    const TensorInfo positions = tensor_of(meta, method, true, 1);
    const std::size_t count = positions.sizes().size() == 1 ? size_at(positions, 0) : 0;
    if (!is_whole(positions.scalar_type()) || (count != 1 && count != layout.most_at_once)) {
      unsuitable(method, "does not take positions as whole numbers in the shape [1] or [n]");
    }
    layout.positions_type = positions.scalar_type();
    layout.positions = count == 1 ? Layout::Positions::start : Layout::Positions::each;
  }

  const auto whole_context = constant(program, "get_max_context_len");
  const auto at_once = constant(program, "get_max_seq_len");
  // What a pass takes is also what exporters without dynamic shapes write there, so it only narrows where it can.
  if (at_once && *at_once >= 1) layout.most_at_once = std::min(layout.most_at_once, static_cast<std::size_t>(*at_once));
  std::int64_t context = whole_context ? *whole_context : at_once.value_or(0);
  if (layout.positions == Layout::Positions::none) context = context > 0 ? std::min<std::int64_t>(context, layout.most_at_once) : layout.most_at_once;
  if (context < 1) unsuitable(method, "does not say how many tokens its cache takes, by get_max_context_len or get_max_seq_len");
  layout.context_size = static_cast<std::size_t>(context);
  return layout;
}

}  // namespace tenfold
