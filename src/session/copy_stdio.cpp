// COPY ... TO STDOUT and COPY ... FROM STDIN.

#include "session/executor.hpp"

namespace sparkify::session {

void Executor::run(const CopyStdio&, Portal&, Manner) {
  throw base::Error(base::ErrorKind::sql, "COPY through the connection is not there yet")
      .sql_state("0A000");
}

}  // namespace sparkify::session
