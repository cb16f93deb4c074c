#pragma once

#include <string>

#include "serve/confinement.hpp"
#include "warehouse/embedded.hpp"

namespace sparkify::serve {

/// A warehouse's file, opened once for clients of every kind: the engine is confined and knows the
/// views that clients of a Redshift ask. Sessions are those of warehouse::open_session().
class ServedFile {
 public:
  /// Makes the file when there is none. Throws what warehouse::open_file() and Confinement throw.
  explicit ServedFile(const warehouse::EmbeddedOptions& options);

  const warehouse::SharedDatabase& database() const { return database_; }
  const std::string& scratch_folder() const { return confinement_.scratch_folder(); }

 private:
  warehouse::SharedDatabase database_;
  Confinement confinement_;
};

}  // namespace sparkify::serve
