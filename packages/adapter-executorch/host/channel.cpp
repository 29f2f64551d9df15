#include "channel.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <thread>

namespace tenfold {
namespace {

/// Nothing is sent on it: it is readable when it is closed.
void watch(int lifeline) {
  char byte;
  while (::read(lifeline, &byte, 1) > 0) {
  }
  _exit(0);
}

}  // namespace

std::int64_t number_of(const Value& request) { return request.whole("number", 0, 1); }

Channel::Channel(int requests, int answers, int lifeline) : reader_(requests), writer_(answers) {
  std::thread(watch, lifeline).detach();
  std::thread(&Channel::receive, this).detach();
}

void Channel::receive() {
  try {
    Value message;
    while (reader_.read(message)) {
      if (message.text("type") == "cancel") {
        cancel(number_of(message));
        continue;
      }
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(message));
      arrived_.notify_one();
    }
    _exit(0);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "The host was sent %s.\n", error.what());
    std::fflush(stderr);
    _exit(1);
  }
}

void Channel::cancel(std::int64_t number) {
  const std::lock_guard lock(mutex_);
  if (number == 0) return;
  if (number == current_) is_cancelled_ = true;
  else if (std::any_of(waiting_.begin(), waiting_.end(), [&](const Value& one) { return number_of(one) == number; })) cancelled_.insert(number);
}

Value Channel::next() {
  std::unique_lock lock(mutex_);
  current_ = 0;
  arrived_.wait(lock, [&] { return !waiting_.empty(); });
  Value message = std::move(waiting_.front());
  waiting_.pop_front();
  current_ = number_of(message);
  is_cancelled_ = cancelled_.erase(current_) > 0;
  return message;
}

void Channel::send(const Value& message) {
  if (!writer_.write(message)) _exit(0);
}

}  // namespace tenfold
