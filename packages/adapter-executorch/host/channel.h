#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>

#include "frame.h"

namespace tenfold {

/// The host's end of its pipes. Ends the process when its requests or its parent end, whatever it computes, and over a frame that it refuses.
class Channel {
 public:
  Channel(int requests, int answers, int lifeline);

  /// Waits for the next message. Those that cancel are no messages: see `is_cancelled`.
  Value next();
  void send(const Value& message);

  /// Whether nobody waits any more for the answer to what `next` gave last. Cheap.
  bool is_cancelled() const { return is_cancelled_; }

 private:
  void receive();
  void cancel(std::int64_t number);

  FrameReader reader_;
  FrameWriter writer_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Value> waiting_;
  /// Numbers of requests that wait, or are being answered, and are cancelled.
  std::set<std::int64_t> cancelled_;
  std::int64_t current_ = 0;
  std::atomic<bool> is_cancelled_ = false;
};

/// The number of a request; 0 when it has none.
std::int64_t number_of(const Value& request);

}  // namespace tenfold
