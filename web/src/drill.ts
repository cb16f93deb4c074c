/// From a figure to the rows that it counts.

import type { Drill, Report, Row } from "./report";
import { addressOf, type State } from "./state";

/// What lies behind a column: its own rows, or where it is no count those of the report's main figure.
export function drillOf(report: Report, column: string): Drill | undefined {
  return ownDrillOf(report, column) ?? report.rows?.[0];
}

export function ownDrillOf(report: Report, column: string): Drill | undefined {
  return report.rows?.find((each) => each.column === column);
}

/// Where the rows behind a figure are shown.
export function addressOfRows(report: Report, drill: Drill, row: Row, state: State): string {
  const values = Object.fromEntries(drill.keys.map((key) => [key, row[key] ?? null]));
  const figure = { report: report.name, of: drill.column, row: values };
  return addressOf({ ...state, path: "/rows", tables: [], figure });
}

/// A mark of a chart that leads somewhere knows its row's place and its column by these.
export const rowMark = "#row";
export const columnMark = "#column";
