#include "cli/results.hpp"

#include "report/output.hpp"

namespace sparkify::cli {
void print_rows(Invocation& invocation, warehouse::Rows& rows, format::Writer& writer) {
  writer.begin(report::columns_of(rows));
  while (!invocation.out.is_closed() && rows.next()) {
    invocation.interrupts.check();
    writer.row(rows.row());
  }
  writer.end();
}

}  // namespace sparkify::cli
