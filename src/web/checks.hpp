#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "etl/check.hpp"
#include "web/question.hpp"

namespace sparkify::web {

/// [{"check", "purpose", "ok", "violation_count", "violations": [{column: value}]}], the first
/// etl::max_violations of each: what `sparkify check --format json` prints.
std::string checks_as_json(const std::vector<etl::CheckResult>& checks);

// Rooms of the API: the state of the warehouse.

/// Runs every check of sql/check.
void answer_checks(Question& question, std::string_view what);
/// {"load": the newest one's number; null: none}. Cheap: pages ask again and again whether there is
/// something new.
void answer_newest(Question& question, std::string_view what);

}  // namespace sparkify::web
