/// What the server tells of a run, line by line; see src/editor/run.hpp.

export interface ColumnInfo {
  name: string;
  kind: "text" | "number" | "boolean";
  type: string | null;
}

export type Cell = string | null;

export interface Failure {
  message: string;
  detail: string | null;
  hint: string | null;
  state: string | null;
  /// Where in the text, if anybody knows.
  at: number | null;
}

export type Line =
  | { statement: number; from: number; to: number; of: number }
  | { columns: ColumnInfo[] }
  | { rows: Cell[][] }
  | { notice: string }
  | { done: string; rows: number; more: boolean; seconds: number }
  | { failed: Failure; seconds: number }
  | { end: true };

/// Cuts text that comes in pieces into lines of JSON.
export class Lines {
  private rest = "";

  /// The lines that are whole now.
  take(piece: string): Line[] {
    const parts = (this.rest + piece).split("\n");
    this.rest = parts.pop() ?? "";
    return parts.filter(Boolean).map((part) => JSON.parse(part) as Line);
  }
}

/// One statement's result as far as it has come.
export interface Result {
  from: number;
  to: number;
  columns: ColumnInfo[];
  rows: Cell[][];
  notices: string[];
  /// SELECT 3; empty while it runs, and when not all rows were wanted.
  tag: string;
  isOver: boolean;
  hasMore: boolean;
  seconds: number;
  failure: Failure | undefined;
}

/// Adds a line to the results of a run. Returns whether it was the last.
export function gather(results: Result[], line: Line): boolean {
  if ("end" in line) return true;
  if ("statement" in line) {
    results.push(begun(line.from, line.to));
    return false;
  }
  if (results.length === 0) results.push(begun(0, 0));
  const result = results[results.length - 1]!;
  if ("failed" in line || "done" in line) {
    result.isOver = true;
    result.seconds = line.seconds;
    if ("failed" in line) result.failure = line.failed;
    else [result.tag, result.hasMore] = [line.done, line.more];
  } else if ("columns" in line) result.columns = line.columns;
  else if ("rows" in line) for (const row of line.rows) result.rows.push(row);
  else result.notices.push(line.notice);
  return false;
}

function begun(from: number, to: number): Result {
  return {
    from,
    to,
    columns: [],
    rows: [],
    notices: [],
    tag: "",
    isOver: false,
    hasMore: false,
    seconds: 0,
    failure: undefined,
  };
}

/// `0.3 ms`, `12 ms`, `1.24 s`.
export function timeText(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
}

const whole = new Intl.NumberFormat("en");

/// What a result came to, in a line.
export function summaryOf(result: Result): string {
  const count = `${whole.format(result.rows.length)} row${result.rows.length === 1 ? "" : "s"}`;
  if (result.failure) return `failed after ${timeText(result.seconds)}`;
  if (!result.isOver) return result.columns.length > 0 ? `${count} so far` : "running";
  const time = timeText(result.seconds);
  if (result.hasMore) return `the first ${count}, ${time}; there are more: an export has all`;
  if (result.columns.length > 0) return `${count}, ${time}`;
  return `${result.tag || "done"}, ${time}`;
}
