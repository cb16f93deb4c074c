#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "event/mapping.hpp"
#include "field/layout.hpp"
#include "sql/script.hpp"

namespace sparkify::transfer {

/// Who reads or writes the objects, as the statement says it.
struct Access {
  std::string region;             ///< REGION; empty: the server's
  std::string access_key_id;      ///< explicit keys, used as given; empty: the server's own
  std::string secret_access_key;  ///< never in a message, a log or a table
  std::string session_token;
  std::string iam_role;  ///< accepted; the server's own credentials are used
};

/// A piece of the statement and where it stands.
struct Located {
  std::string text;
  std::size_t offset = 0;  ///< in bytes of the statement's text
};

enum class Format { text, json, parquet };

/// COPY t [(columns)] FROM 'source' options.
struct CopyStatement {
  Located schema;  ///< empty text: none was given
  Located table;
  std::vector<Located> columns;  ///< empty: all
  Located source;                ///< a key prefix, or a manifest
  bool is_manifest = false;
  Access access;

  Format format = Format::text;
  enum class Json { by_key, by_key_in_any_case, whole, by_path };
  Json json = Json::by_key;
  Located jsonpaths;  ///< of by_path
  field::Layout layout;
  field::Encoding encoding = field::Encoding::utf8;
  event::Compression compression = event::Compression::none;

  field::Conversion conversion;
  bool has_explicit_ids = false;
  bool may_list_ids = false;  ///< COPY FROM STDIN: IDENTITY columns are taken where they are named
  std::uint64_t max_errors = 0;  ///< the load fails with this many errors; 0 as 1
  bool ignore_all_errors = false;
  bool is_trial = false;  ///< NOLOAD
};

/// UNLOAD ('query') TO 'target' options.
struct UnloadStatement {
  Located query;   ///< its offset is that of the literal, quote included
  Located target;  ///< what object names begin with
  Access access;

  Format format = Format::text;
  field::Layout layout;
  event::Compression compression = event::Compression::none;
  std::string null_as;
  bool add_quotes = false;
  bool has_header = false;

  bool has_manifest = false;
  bool is_manifest_verbose = false;
  bool may_overwrite = false;
  bool clean_path = false;
  bool is_parallel = true;
  std::uint64_t max_file_bytes = 6'200'000'000;
  std::string extension;
};

using Statement = std::variant<CopyStatement, UnloadStatement>;

/// Takes a statement apart. Throws sql with the place of the token that is wrong; excerpts show no
/// secret. What cannot be done here at all is refused by name.
Statement parse(const sql::Statement& statement);

/// The same text, byte for byte as long, with stars for what is or may be a secret: literals that
/// follow no option known to be harmless. For logs and excerpts.
std::string masked(std::string_view text, sql::Literals literals = sql::Literals::standard);

/// Where byte `offset` of an unloaded query stands in the statement whose literal it was.
std::size_t offset_in_literal(std::string_view statement, std::size_t literal, std::size_t offset,
                              sql::Literals literals = sql::Literals::standard);

}  // namespace sparkify::transfer
