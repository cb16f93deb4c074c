/// What kind of chart suits a result, before anybody has chosen one.

import type { Chart } from "../pages";
import type { Report, Row } from "../report";
import type { Cell, ColumnInfo } from "./stream";

/// A chart of more rows than this shows nobody anything, and takes long.
export const mostDrawn = 2_000;

export const kinds = ["columns", "lines", "ranking"] as const;
export type QuickKind = (typeof kinds)[number];

/// Columns by their place in the result: several may have one name.
export interface Quick {
  kind: QuickKind;
  x: number;
  y: number;
}

const day = /^\d{4}-\d\d-\d\d/;

/// The first column of another kind across, the first number up; days as a line.
export function guess(columns: ColumnInfo[], rows: Cell[][]): Quick | undefined {
  const other = columns.findIndex((column) => column.kind !== "number");
  const x = Math.max(0, other);
  const y = columns.findIndex((column, i) => column.kind === "number" && i !== x);
  if (y < 0) return undefined;
  const areDays = rows.length > 0 && rows.every((row) => row[x] === null || day.test(row[x] ?? ""));
  return { kind: areDays ? "lines" : rows.length > 12 ? "ranking" : "columns", x, y };
}

/// A column's key in rows of charts.
function keyOf(place: number): string {
  return `column ${place + 1}`;
}

/// Names to choose from: those that several columns have say which one it is.
export function namesOf(columns: ColumnInfo[]): string[] {
  const all = columns.map((column) => column.name);
  return all.map((name, i) => {
    return all.indexOf(name) === all.lastIndexOf(name) ? name : `${name} (column ${i + 1})`;
  });
}

/// Rows as charts take them: numbers as numbers.
export function valuesOf(columns: ColumnInfo[], rows: Cell[][]): Row[] {
  return rows.slice(0, mostDrawn).map((row) =>
    Object.fromEntries(
      columns.map((column, i) => {
        const cell = row[i] ?? null;
        if (cell === null) return [keyOf(i), null];
        const isDay = column.type === "timestamp" && cell.endsWith(" 00:00:00");
        if (column.kind === "number") return [keyOf(i), Number(cell)];
        return [keyOf(i), isDay ? cell.slice(0, 10) : cell];
      }),
    ),
  );
}

/// The result as cards know reports.
export function reportOf(columns: ColumnInfo[], quick: Quick): Report {
  const names = namesOf(columns);
  const [x, y] = [names[quick.x] ?? "", names[quick.y] ?? ""];
  return {
    name: "result",
    title: `${y} by ${x}`,
    definition: "Of the statement above.",
    unit: y,
    grain: "one row of the result",
    caveat: null,
    parameters: [],
    rows: [],
    columns: names.map((shown, i) => ({ name: keyOf(i), meaning: "", shown })),
  };
}

export function chartOf(quick: Quick): Exclude<Chart, { kind: "figures" } | { kind: "table" }> {
  const [x, y] = [keyOf(quick.x), keyOf(quick.y)];
  if (quick.kind === "ranking") return { kind: "ranking", label: [x], y };
  return { kind: quick.kind, x, y: [y] };
}
