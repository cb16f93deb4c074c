import type { Row } from "./report";

/// What a reader has chosen. All of it is in the address, so that it can be kept and sent.

export interface State {
  path: string;
  from: string;
  to: string;
  level: "" | "free" | "paid";
  /// Reports shown as tables.
  tables: string[];
  /// Whether charts show the period before the chosen one as well.
  compare: boolean;
  /// On the page of rows: which figure they lie behind.
  figure: Figure | null;
}

export interface Figure {
  report: string;
  /// Its column.
  of: string;
  /// The values of the row that say which one it is.
  row: Row;
}

function figureOf(query: URLSearchParams): Figure | null {
  try {
    const row: unknown = JSON.parse(query.get("row") ?? "null");
    if (typeof row !== "object" || row === null) return null;
    return { report: query.get("report") ?? "", of: query.get("of") ?? "", row: row as Row };
  } catch {
    return null;
  }
}

export function stateOf(address: URL): State {
  const query = address.searchParams;
  const level = query.get("level");
  return {
    path: address.pathname,
    from: query.get("from") ?? "",
    to: query.get("to") ?? "",
    level: level === "free" || level === "paid" ? level : "",
    tables: (query.get("tables") ?? "").split(",").filter(Boolean),
    compare: query.get("compare") === "1",
    figure: address.pathname === "/rows" ? figureOf(query) : null,
  };
}

/// Path and query; what is not chosen is left out.
export function addressOf(state: State): string {
  const query = new URLSearchParams();
  for (const name of ["from", "to", "level"] as const) {
    if (state[name]) query.set(name, state[name]);
  }
  if (state.compare) query.set("compare", "1");
  if (state.figure && state.path === "/rows") {
    query.set("report", state.figure.report);
    query.set("of", state.figure.of);
    query.set("row", JSON.stringify(state.figure.row));
  }
  if (state.tables.length > 0) query.set("tables", state.tables.join(","));
  const text = query.toString();
  return state.path + (text && "?" + text);
}

export const dayLength = 24 * 60 * 60 * 1000;

/// Whether a day is one of those that a field has while its year is typed: 2018 begins as 0002.
export function isHalfTyped(day: string): boolean {
  return day.startsWith("0");
}

/// The first day that the server takes.
const firstDay = Date.parse("0001-01-01");

/// The period as long as the chosen one that ends the day before it; nothing without both ends, and
/// where it would begin before there are days.
export function periodBefore(state: State): { from: string; to: string } | undefined {
  const [from, to] = [Date.parse(state.from), Date.parse(state.to)];
  if (!(from <= to)) return undefined;
  const begin = from - (to - from) - dayLength;
  if (begin < firstDay) return undefined;
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  return { from: day(begin), to: day(from - dayLength) };
}

/// How many days lie between a period and the one before it.
export function periodDays(state: State): number {
  const before = periodBefore(state);
  return before ? (Date.parse(state.from) - Date.parse(before.from)) / dayLength : 0;
}

/// The filters that a report takes, as its question's query.
export function filtersFor(state: State, parameters: string[]): string {
  const query = new URLSearchParams();
  for (const name of ["from", "to", "level"] as const) {
    if (state[name] && parameters.includes(name)) query.set(name, state[name]);
  }
  return query.toString();
}
