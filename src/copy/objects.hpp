#pragma once

#include <string>
#include <vector>

#include "base/object_store.hpp"
#include "copy/copy.hpp"
#include "copy/cursor.hpp"
#include "copy/statement.hpp"

namespace sparkify::copy {

/// Whether a path is of S3.
bool is_far_path(std::string_view path);

/// Where a path lies. Throws denied for a path of this machine where that is not allowed.
base::ObjectStore& store_of(const Located& path, const Access& access, Environment& environment,
                            const Cursor& places);

/// The objects that a COPY reads: those whose paths begin with its source, or those its manifest
/// names. Throws not_found (none, or one that is mandatory), bad_data (the manifest), denied,
/// unavailable.
std::vector<base::ObjectEntry> find_objects(base::ObjectStore& store, const CopyStatement& copy,
                                            const Cursor& places);

/// The text of one object, at most 64 MB. Throws not_found as for `what`.
std::string read_object(base::ObjectStore& store, const Located& path, std::string_view what,
                        const Cursor& places);

/// A file of this machine, or all whose paths begin so, without regard to folders.
std::vector<base::ObjectEntry> list_prefix(base::ObjectStore& store, const std::string& prefix);

}  // namespace sparkify::copy
