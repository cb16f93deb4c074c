/// A program for Node: reads {report, rows} as JSON from standard input and writes the chart that
/// the app draws of them as Vega-Lite; null for what it shows as figures or a table.

import { readFileSync } from "node:fs";
import { isKnown, specOf } from "./charts";
import { pages, type Card } from "./pages";
import type { Report, Row } from "./report";

/// What the app's pages do without.
const others: Card[] = [
  { report: "plays_by_weekday", chart: { kind: "columns", x: "name", y: ["plays"] } },
];

const { report, rows } = JSON.parse(readFileSync(0, "utf-8")) as { report: Report; rows: Row[] };
const cards = [...pages.flatMap((page) => page.cards), ...others];
const chart = cards.find((card) => card.report === report.name)?.chart;
const isDrawn = chart && chart.kind !== "figures" && chart.kind !== "table" && isKnown(chart, rows);
process.stdout.write(JSON.stringify(isDrawn ? specOf(report, chart, rows) : null));
