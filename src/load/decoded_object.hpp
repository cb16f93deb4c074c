#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/object_store.hpp"
#include "event/mapping.hpp"
#include "field/layout.hpp"

namespace sparkify::load {

/// An object's text in memory, as UTF-8. Threads: safe.
class DecodedObject final : public base::Object {
 public:
  explicit DecodedObject(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::uint64_t offset, std::span<char> buffer) override;
  void verify_unchanged() override {}
  std::uint64_t size_bytes() const { return text_.size(); }

 private:
  std::string text_;
};

/// Reads all of an object of UTF-16. Memory: twice the text, at most 1 GB of it.
/// Throws unavailable, bad_data (broken compression, another encoding, too large).
std::unique_ptr<DecodedObject> decode(base::Object& object, const base::ObjectEntry& entry,
                                      event::Compression compression, field::Encoding encoding);

}  // namespace sparkify::load
