// The host of ExecuTorch: docs/host-protocol.md, in the role `logits`. With --describe it says what it is, as JSON, and ends.
#include <csignal>
#include <cstdio>
#include <string_view>

#include "json.h"
#include "layout.h"
#include "model.h"
#include "serve.h"

#ifndef TENFOLD_EXECUTORCH_VERSION
#define TENFOLD_EXECUTORCH_VERSION ""
#endif

namespace {

void describe() {
  std::string text = "{\"frameworkVersion\":";
  tenfold::write_json_text(TENFOLD_EXECUTORCH_VERSION, text);
  text += ",\"protocolVersion\":" + std::to_string(tenfold::protocol_version) + ",\"delegates\":[";
  bool first = true;
  for (const std::string& name : tenfold::registered_delegates()) {
    if (!first) text += ",";
    first = false;
    tenfold::write_json_text(name, text);
  }
  std::printf("%s]}\n", text.c_str());
}

}  // namespace

int main(int count, char** arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  // Ctrl-C reaches every process of a terminal; the parent decides when this one ends.
  std::signal(SIGINT, SIG_IGN);
  tenfold::start_executorch();
  if (count > 1 && std::string_view(arguments[1]) == "--describe") {
    describe();
    return 0;
  }
  // Requests, answers, and the lifeline of docs/host-protocol.md.
  tenfold::Channel channel(0, 3, 4);
  tenfold::serve(channel);
}
