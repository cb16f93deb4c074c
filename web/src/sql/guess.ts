/// What kind of chart suits a result, before anybody has chosen one.

import type { Chart } from "../pages";
import type { Report, Row } from "../report";
import type { Cell, ColumnInfo } from "./stream";

/// A chart of more rows than this shows nobody anything, and takes long.
export const mostDrawn = 2_000;

export const kinds = ["columns", "lines", "ranking"] as const;
export type QuickKind = (typeof kinds)[number];

export interface Quick {
  kind: QuickKind;
  x: string;
  y: string;
}

const day = /^\d{4}-\d\d-\d\d/;

/// The first column of another kind across, the first number up; days as a line.
export function guess(columns: ColumnInfo[], rows: Cell[][]): Quick | undefined {
  const numbers = columns.filter((column) => column.kind === "number");
  const x = columns.find((column) => column.kind !== "number") ?? columns[0];
  const y = numbers.find((column) => column !== x);
  if (!x || !y) return undefined;
  const at = columns.indexOf(x);
  const areDays = rows.length > 0 && rows.every((row) => row[at] === null || day.test(row[at] ?? ""));
  return { kind: areDays ? "lines" : rows.length > 12 ? "ranking" : "columns", x: x.name, y: y.name };
}

/// Rows as charts take them: numbers as numbers.
export function valuesOf(columns: ColumnInfo[], rows: Cell[][]): Row[] {
  return rows.slice(0, mostDrawn).map((row) =>
    Object.fromEntries(
      columns.map((column, i) => {
        const cell = row[i] ?? null;
        if (cell === null) return [column.name, null];
        const isDay = column.type === "timestamp" && cell.endsWith(" 00:00:00");
        if (column.kind === "number") return [column.name, Number(cell)];
        return [column.name, isDay ? cell.slice(0, 10) : cell];
      }),
    ),
  );
}

/// The result as cards know reports.
export function reportOf(columns: ColumnInfo[], quick: Quick): Report {
  return {
    name: "result",
    title: `${quick.y} by ${quick.x}`,
    definition: "Of the statement above.",
    unit: quick.y,
    grain: "one row of the result",
    caveat: null,
    parameters: [],
    rows: [],
    columns: columns.map((column) => ({ name: column.name, meaning: "" })),
  };
}

export function chartOf(quick: Quick): Exclude<Chart, { kind: "figures" } | { kind: "table" }> {
  if (quick.kind === "ranking") return { kind: "ranking", label: [quick.x], y: quick.y };
  return { kind: quick.kind, x: quick.x, y: [quick.y] };
}
