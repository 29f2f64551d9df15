#include "sequence.h"

#include <executorch/extension/tensor/tensor_ptr_maker.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "failure.h"
#include "native_log.h"

namespace tenfold {
namespace {

using executorch::aten::ScalarType;
using executorch::runtime::Error;
using executorch::runtime::EValue;

bool takes_one_shape(LoadedMethod& loaded) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // Only a loaded input tells whether its shape may change.
  return loaded.method().get_input(0).toTensor().unsafeGetTensorImpl()->shape_dynamism() == executorch::aten::TensorShapeDynamism::STATIC;
#pragma GCC diagnostic pop
}

template <typename Half>
void widen(const void* from, std::size_t count, float* to) {
  const auto* values = static_cast<const Half*>(from);
  for (std::size_t at = 0; at < count; ++at) to[at] = static_cast<float>(values[at]);
}

}  // namespace

Sequence::Sequence(const executorch::runtime::Program& program, const std::string& method, Layout layout, std::size_t context_size)
    : loaded_(program, method), layout_(layout), context_size_(context_size) {
  layout_.is_static = takes_one_shape(loaded_);
  const bool cached = layout_.positions != Layout::Positions::none;
  if (layout_.is_static && cached && layout_.most_at_once > 1) {
    throw Failure("unsupported-format", "The method " + method + " has a cache and takes " + std::to_string(layout_.most_at_once) + " tokens at once, no fewer.",
                  "Export it with dynamic shapes, or for one token at a time.");
  }
  if (layout_.is_static && !cached && !layout_.gives_all_rows && layout_.most_at_once > 1) {
    throw Failure("unsupported-format", "The method " + method + " takes " + std::to_string(layout_.most_at_once) + " tokens, no fewer, and gives logits for the last alone.",
                  "Export it with dynamic shapes, or with the logits of all tokens.");
  }
  const auto meta = loaded_.method().method_meta();
  for (std::size_t index = 0; index < meta.num_attributes(); ++index) {
    if (const auto info = meta.attribute_tensor_meta(index); info.ok()) cache_bytes_ += info->nbytes();
  }
}

std::vector<std::byte> Sequence::forward(std::span<const std::int32_t> tokens, Wanted wanted, const std::function<bool()>& is_cancelled) {
  for (const std::int32_t token : tokens) {
    if (token < 0 || static_cast<std::size_t>(token) >= layout_.vocabulary_size) {
      throw Failure("invalid-input", "There is no token " + std::to_string(token) + " in a vocabulary of " + std::to_string(layout_.vocabulary_size) + ".");
    }
  }
  if (tokens.size() > context_size_ - length_) {
    throw Failure("context-overflow", "The context of " + std::to_string(context_size_) + " tokens is full.");
  }
  std::vector<std::byte> rows;
  if (tokens.empty()) return rows;
  const bool cached = layout_.positions != Layout::Positions::none;
  // Where a pass gives one row, all rows take a pass for each token.
  const bool one_by_one = wanted == Wanted::all && !layout_.gives_all_rows;
  if (!cached) {
    history_.resize(length_);
    history_.insert(history_.end(), tokens.begin(), tokens.end());
    const std::size_t length = history_.size();
    for (std::size_t end = wanted == Wanted::none ? length + 1 : one_by_one ? length_ + 1 : length; end <= length; ++end) {
      pass(std::span(history_).first(end), 0, is_cancelled);
      const std::size_t count = wanted == Wanted::all && !one_by_one ? tokens.size() : 1;
      add_rows(end - count, count, end, rows);
    }
    length_ = length;
    return rows;
  }
  const std::size_t most = one_by_one ? 1 : layout_.most_at_once;
  for (std::size_t at = 0; at < tokens.size(); at += most) {
    const auto piece = tokens.subspan(at, std::min(most, tokens.size() - at));
    pass(piece, length_, is_cancelled);
    const bool is_last = at + piece.size() == tokens.size();
    if (wanted == Wanted::all) add_rows(0, piece.size(), piece.size(), rows);
    else if (wanted == Wanted::last && is_last) add_rows(piece.size() - 1, 1, piece.size(), rows);
    length_ += piece.size();
  }
  return rows;
}

void Sequence::pass(std::span<const std::int32_t> tokens, std::size_t start, const std::function<bool()>& is_cancelled) {
  std::vector<std::int64_t> values(tokens.begin(), tokens.end());
  // What stands behind the last token is not looked at by those before it.
  if (layout_.is_static) values.resize(layout_.most_at_once, 0);
  set_input(0, values, layout_.tokens_type, true);
  if (layout_.positions != Layout::Positions::none) {
    std::vector<std::int64_t> positions(layout_.positions == Layout::Positions::each ? values.size() : 1);
    std::iota(positions.begin(), positions.end(), static_cast<std::int64_t>(start));
    set_input(1, positions, layout_.positions_type, false);
  }
  loaded_.run(is_cancelled);
}

void Sequence::set_input(std::size_t index, std::span<const std::int64_t> values, ScalarType type, bool is_row) {
  wide_[index].assign(values.begin(), values.end());
  narrow_[index].assign(values.begin(), values.end());
  void* data = type == ScalarType::Long ? static_cast<void*>(wide_[index].data()) : narrow_[index].data();
  std::vector<executorch::aten::SizesType> shape = {static_cast<executorch::aten::SizesType>(values.size())};
  if (is_row) shape.insert(shape.begin(), 1);
  const auto tensor = executorch::extension::from_blob(data, std::move(shape), type);
  if (const Error error = loaded_.method().set_input(EValue(*tensor), index); error != Error::Ok) {
    throw Failure("generation-failed", "The model does not take " + std::to_string(values.size()) + " tokens at once: " + told(error));
  }
}

/// Rows of the last pass, which was given `given` tokens.
void Sequence::add_rows(std::size_t first, std::size_t count, std::size_t given, std::vector<std::byte>& rows) {
  const auto& output = loaded_.method().get_output(0);
  const std::size_t width = layout_.vocabulary_size;
  const std::size_t elements = output.isTensor() ? static_cast<std::size_t>(output.toTensor().numel()) : 0;
  const std::size_t expected = layout_.gives_all_rows ? (layout_.is_static ? layout_.most_at_once : given) : 1;
  if (elements != expected * width || output.toTensor().scalar_type() != layout_.logits_type) {
    throw Failure("generation-failed", "The model gave " + std::to_string(elements) + " logits; " + std::to_string(expected * width) + " were expected.");
  }
  const std::size_t from = (layout_.gives_all_rows ? first : 0) * width;
  const std::size_t before = rows.size();
  rows.resize(before + count * width * sizeof(float));
  auto* to = reinterpret_cast<float*>(rows.data() + before);
  const auto* data = static_cast<const std::byte*>(output.toTensor().const_data_ptr());
  if (layout_.logits_type == ScalarType::Half) widen<executorch::aten::Half>(data + from * 2, count * width, to);
  else if (layout_.logits_type == ScalarType::BFloat16) widen<executorch::aten::BFloat16>(data + from * 2, count * width, to);
  else std::memcpy(to, data + from * sizeof(float), count * width * sizeof(float));
}

}  // namespace tenfold
