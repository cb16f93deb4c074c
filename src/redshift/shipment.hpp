#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/object_store.hpp"
#include "redshift/parts.hpp"

namespace sparkify::redshift {

/// Records on their way to a table: parts and their manifest below a folder of their own, which are
/// removed when this ends.
class Shipment {
 public:
  using OpenStore = std::function<std::unique_ptr<base::ObjectStore>()>;
  using Noted = std::function<void(std::string_view text)>;

  /// `staging` is `s3://bucket/prefix`. `noted` hears of what could not be removed.
  Shipment(OpenStore open_store, std::string_view staging, std::size_t slices, Noted noted);
  ~Shipment();
  Shipment(const Shipment&) = delete;
  Shipment& operator=(const Shipment&) = delete;

  /// From any thread.
  void add(std::string_view lines) { parts_->add(lines); }
  /// Uploads what is left and returns the path of the manifest; empty: no line was added.
  std::string finish();
  /// What is written fails. Any thread.
  void interrupt() { store_->interrupt(); }

 private:
  void remove_all() noexcept;

  OpenStore open_store_;
  Noted noted_;
  std::string folder_;
  std::unique_ptr<base::ObjectStore> store_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sparkify::redshift
