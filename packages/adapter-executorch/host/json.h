#pragma once

#include <string>
#include <string_view>

#include "value.h"

namespace tenfold {

/// @throws std::runtime_error for anything that is not one JSON text in UTF-8, or nests more than 512 levels deep.
Value parse_json(std::string_view text);

/// Appends a text as JSON has it.
void write_json_text(std::string_view text, std::string& out);

/// Appends a finite number so that it is read as the same one.
void write_json_number(double number, std::string& out);

}  // namespace tenfold
