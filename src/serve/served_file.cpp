#include "serve/served_file.hpp"

#include "catalog/catalog.hpp"

namespace sparkify::serve {

ServedFile::ServedFile(const warehouse::EmbeddedOptions& options)
    : database_(warehouse::open_file(options)), confinement_(database_.get(), options.path) {
  duckdb::Connection connection(database_.get());
  catalog::install(connection);
}

}  // namespace sparkify::serve
