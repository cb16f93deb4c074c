/// What the server says of reports and their rows; see docs/web.md.

export interface Column {
  name: string;
  meaning: string;
  /// What people know it by, where `name` only tells it from others.
  shown?: string;
}

export interface Report {
  name: string;
  title: string;
  definition: string;
  unit: string;
  grain: string;
  caveat: string | null;
  parameters: string[];
  columns: Column[];
  /// What lies behind its figures, the main one first.
  rows: Drill[];
}

/// The rows that a column's figures count.
export interface Drill {
  column: string;
  title: string;
  definition: string;
  grain: string;
  /// Columns of the report whose values say which figure it is.
  keys: string[];
  parameters: string[];
  columns: Column[];
}

export type Value = string | number | boolean | null;

export interface Result {
  columns: { name: string; kind: "text" | "number" | "boolean" }[];
  rows: Value[][];
}

export type Row = Record<string, Value>;

export function rowsOf(result: Result): Row[] {
  return result.rows.map((values) =>
    Object.fromEntries(result.columns.map((column, i) => [column.name, values[i] ?? null])),
  );
}

/// What people know a column by.
export function nameOf(report: Report, column: string): string {
  return report.columns.find((each) => each.name === column)?.shown ?? column;
}

/// `paid_users` as people write it.
export function labelOf(column: string): string {
  return column.replaceAll("_", " ");
}

/// Whether a column is a share: its meaning says that it goes from 0 to 1.
export function isShare(report: Report, column: string): boolean {
  const meaning = report.columns.find((each) => each.name === column)?.meaning ?? "";
  return meaning.endsWith("0 to 1");
}

/// Whether a column holds days: YYYY-MM-DD.
export function isTime(rows: Row[], column: string): boolean {
  const values = rows.map((row) => row[column]).filter((value) => value !== null);
  return values.length > 0 && values.every((value) => /^\d{4}-\d\d-\d\d$/.test(String(value)));
}

const whole = new Intl.NumberFormat("en");
const small = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const smallShare = new Intl.NumberFormat("en", { style: "percent", maximumSignificantDigits: 3 });

/// Whether a column's numbers name or place something, so that they are read digit by digit.
export function isName(column: string): boolean {
  return /(^|_)id$|^line$|^byte_column$/.test(column);
}

/// Whether tenths of a per cent would say too little of a share.
export function isSmallShare(value: Value | undefined): boolean {
  return typeof value === "number" && value !== 0 && Math.abs(value) < 0.01;
}

/// A column's value as people read it; what is not known is a dash.
export function textOf(value: Value, column: string, asShare = false): string {
  if (value === null) return "\u2013";
  if (typeof value !== "number" || isName(column)) return String(value);
  if (asShare) return (isSmallShare(value) ? smallShare : share).format(value);
  return Number.isInteger(value) || Math.abs(value) >= 10_000
    ? whole.format(value)
    : small.format(value);
}
