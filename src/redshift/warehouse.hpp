#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/object_store.hpp"
#include "redshift/address.hpp"
#include "redshift/direct.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::redshift {

struct Options {
  Address address;
  /// Fills in user and password before each connection, for those that run out; may be empty.
  std::function<void(Address& address)> log_in;
  unsigned threads = 0;  ///< that read files; 0: as many as the machine has
  /// Takes what the server says beside its answers.
  std::function<void(std::string_view text)> noted;

  /// Takes the statements that would be run from begin() on, which are not run; but for questions
  /// before the first change, which are. No record is read, no question after that has rows, and
  /// parameters they would give stay as names. May be empty.
  std::function<void(std::string_view statement)> explained;

  // Of loads.
  Way way = Way::automatic;
  std::string staging;   ///< `s3://bucket/prefix`, where their parts lie for a while
  std::string role_arn;  ///< with which Redshift reads there; empty: the cluster's default
  std::string region;    ///< of the bucket; empty: the cluster's
  /// Opens S3. Called once for what is written, and again to remove it: an interrupted store takes
  /// no more orders.
  std::function<std::unique_ptr<base::ObjectStore>()> open_store;
};

/// The warehouse on Redshift. SQL goes there as it is, with its parameters in place; sessions run
/// in UTC.
///
/// stage() reads files as the embedded engine does, writes the records as gzip parts into staging,
/// has one COPY load them and removes them again; or it has COPY read large objects itself, see
/// Direct. Throws usage (choose() does). Loads take turns by a lock on user_last_events,
/// which nobody else reads.
///
/// Throws unavailable, denied, not_found.
std::unique_ptr<warehouse::Warehouse> open(Options options);

}  // namespace sparkify::redshift
