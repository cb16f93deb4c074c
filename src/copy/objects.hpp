#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/object_store.hpp"
#include "load/environment.hpp"
#include "transfer/cursor.hpp"
#include "transfer/statement.hpp"

namespace sparkify::copy {

/// Whether a path is of S3.
bool is_far_path(std::string_view path);

/// Where a path lies. Throws denied for a path of this machine where that is not allowed.
std::shared_ptr<base::ObjectStore> store_of(const transfer::Located& path,
                                            const transfer::Access& access,
                                            load::Environment& environment,
                                            const transfer::Cursor& places);

/// The objects that a COPY reads: those whose paths begin with its source, or those its manifest
/// names. Throws not_found (none, or one that is mandatory), bad_data (the manifest), denied,
/// unavailable.
std::vector<base::ObjectEntry> find_objects(base::ObjectStore& store,
                                            const transfer::CopyStatement& copy,
                                            const transfer::Cursor& places);

/// The text of one object, at most 64 MB. Throws not_found as for `what`.
std::string read_object(base::ObjectStore& store, const transfer::Located& path,
                        std::string_view what, const transfer::Cursor& places);

/// A file of this machine, or all whose paths begin so, without regard to folders.
std::vector<base::ObjectEntry> list_prefix(base::ObjectStore& store, const std::string& prefix);

}  // namespace sparkify::copy
