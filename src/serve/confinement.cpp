#include "serve/confinement.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "copy/scratch.hpp"

namespace sparkify::serve {
namespace {

namespace fs = std::filesystem;

/// What a server that was killed has left; what cannot be removed stays.
void remove_leftovers(const std::string& folder) {
  try {
    std::error_code failure;
    base::Directory directory(folder);
    while (const char* name = directory.next()) {
      if (!std::string_view(name).starts_with(copy::scratch_prefix)) continue;
      fs::remove_all(fs::path(folder) / name, failure);
    }
  } catch (const base::Error&) {
    // The next server tries again.
  }
}

}  // namespace

Confinement::Confinement(duckdb_database database, const std::string& warehouse) {
  std::error_code failure;
  // The warehouse is open, so its folder is there.
  fs::path folder = fs::canonical(fs::absolute(warehouse).parent_path(), failure);
  if (failure) throw base::system_error(failure.value(), "find the folder of", warehouse);
  scratch_folder_ = (folder / fs::path(warehouse).filename()).string() + ".scratch";
  if (::mkdir(scratch_folder_.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    throw base::system_error(errno, "make the folder", scratch_folder_);
  }
  remove_leftovers(scratch_folder_);
  duckdb::Connection connection(database);
  // In this order: afterwards nobody can add to the list, nor take back the second.
  connection.run(
      fmt::format("set allowed_directories = [{}]", base::quoted(scratch_folder_, '\'')));
  connection.run("set enable_external_access = false");
}

Confinement::~Confinement() {
  remove_leftovers(scratch_folder_);
  ::rmdir(scratch_folder_.c_str());  // unless somebody put something else there
}

}  // namespace sparkify::serve
