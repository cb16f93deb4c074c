#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "etl/observer.hpp"
#include "sql/files.hpp"
#include "warehouse/embedded.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::etl {

/// The version this program writes.
inline constexpr int schema_version = 2;

/// Opens a warehouse file and brings its schema up to date: an older one is migrated in one
/// transaction (noted to the observer; a read-only opening does it through a writable one), a newer
/// one is refused with the version that can open it. A file without our tables is left as it is.
/// Throws as open_embedded, and bad_data for a newer schema.
std::unique_ptr<warehouse::Warehouse> open(const warehouse::EmbeddedOptions& options,
                                           Observer& observer);

/// The same for one that is open to be written to; `path` is what messages call it.
void bring_up_to_date(warehouse::Warehouse& warehouse, const std::string& path, Observer& observer);

/// Runs the steps that lead on from the warehouse's version, in one transaction; returns the
/// version reached. A step is a file of sql/migrate whose name begins with the version it starts
/// from.
int migrate(warehouse::Warehouse& warehouse, std::span<const sql::File* const> steps);

/// Whether the warehouse holds our tables.
bool has_schema(warehouse::Warehouse& warehouse);
/// Throws not_found when it does not.
void require_schema(warehouse::Warehouse& warehouse);

/// Creates what is missing, in one transaction; on Redshift with the tables placed by `layout`, one
/// of `layouts`.
void create_missing(warehouse::Warehouse& warehouse, std::string_view layout = "auto");

/// Drops and creates all tables, as the seeds' create_tables.py does.
/// Throws usage when a table holds rows and `replace_data` is false.
void create_tables(warehouse::Warehouse& warehouse, bool replace_data,
                   std::string_view layout = "auto");

inline constexpr std::string_view layouts[] = {"auto", "merge-join", "by-user"};

/// The DDL of all tables as text. `engine` is "redshift" or "duckdb"; `layout` one of `layouts`.
std::string ddl(std::string_view engine, std::string_view layout);

}  // namespace sparkify::etl
