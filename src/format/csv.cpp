#include "format/csv.hpp"

namespace sparkify::format {
namespace {

void append_field(std::string& line, std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += '"';
  for (char byte : text) {
    if (byte == '"') line += '"';
    line += byte;
  }
  line += '"';
}

class CsvWriter final : public Writer {
 public:
  explicit CsvWriter(Output output) : output_(std::move(output)) {}

  void begin(std::vector<Column> columns) override {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) line += ',';
      append_field(line, columns[i].name);
    }
    output_(line + '\n');
  }

  void row(Row values) override {
    line_.clear();
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) line_ += ',';
      if (values[i]) append_field(line_, *values[i]);
    }
    if (line_.empty()) line_ = "\"\"";
    line_ += '\n';
    output_(line_);
  }

  void end() override {}

 private:
  Output output_;
  std::string line_;
};

}  // namespace

std::unique_ptr<Writer> make_csv_writer(Output output) {
  return std::make_unique<CsvWriter>(std::move(output));
}

}  // namespace sparkify::format
