/// Rows of a report as a Vega-Lite chart. Pure: the same rows give the same JSON.

import type { TopLevelSpec } from "vega-lite";
import { columnMark, drillOf, rowMark } from "./drill";
import type { Chart } from "./pages";
import { isName, isShare, isSmallShare, isTime, labelOf, nameOf, type Report, type Row } from "./report";

/// Rows of the period before, and how many days it lies back.
export interface Before {
  rows: Row[];
  days: number;
}

type Kind<K extends Chart["kind"]> = Extract<Chart, { kind: K }>;
export type Drawn = Exclude<Chart, { kind: "figures" } | { kind: "table" }>;
type Part = Record<string, unknown>;

const schema = "https://vega.github.io/schema/vega-lite/v6.json";
/// What rows of a chart hold beside the report's columns, under keys that are no column's.
const keys = {
  series: "#series",
  value: "#value",
  was: "#was",
  what: "#what",
  place: "#place",
  label: "#label",
} as const;
/// A row of a ranking, in pixels.
const step = 22;
/// Labels leave more than half of a narrow place to the bars. Asking for `width`, which is never below
/// nought, has Vega look again when that changes; without a page there is no container.
const labelLimit =
  "width >= 0 && isFinite(containerSize()[0]) ? min(220, 0.45 * containerSize()[0]) : 220";

/// A name as Vega-Lite takes it: dots and brackets would lead into objects.
function field(name: string): string {
  return name.replace(/[\\.[\]'"]/g, "\\$&");
}

/// A column's name as people write it.
function titleOf(report: Report, column: string): string {
  return labelOf(nameOf(report, column));
}

/// Text in an expression. JSON leaves these two as they are, Vega's parser ends a line at them.
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/// Whole numbers in full, others with four digits at least. Screen readers hear marks as axes write
/// numbers, so that these say no less; their ticks are short by themselves. `rows` have the column's
/// values as `of`.
function numberFormat(report: Report, column: string, rows: Row[], of = column): string {
  const values = rows.map((row) => row[of]);
  if (isShare(report, column)) return values.some(isSmallShare) ? ".3~p" : ".1~%";
  const most = values.reduce<number>((most, value) => {
    return typeof value === "number" ? Math.max(most, Math.abs(value)) : most;
  }, 0);
  return `,.${Math.min(21, Math.max(4, most.toFixed(0).length))}~r`;
}

/// An axis of whole things has no halves.
function upwards(format: string, values: Row[], column: string): Part {
  const isWhole = values.every((row) => Number.isInteger(row[column] ?? 0));
  return isWhole ? { format, tickMinStep: 1 } : { format };
}

/// Days as bands for bars, else as instants; what is no day in the order of the rows.
function across(
  report: Report,
  rows: Row[],
  column: string,
  asBand: boolean,
  before?: Before,
): Part {
  const title = titleOf(report, column);
  if (!isTime(rows, column)) {
    const names = new Set([...rows, ...(before?.rows ?? [])].map((row) => row[column] ?? null));
    const isUpright = names.size > 12;
    const areNumbers = [...names].every((name) => typeof name === "number");
    const sort = before && areNumbers ? "ascending" : before ? [...names] : null;
    const axis = { labelAngle: isUpright ? -90 : 0 };
    const scale = { paddingInner: 0.25 };
    return { field: field(column), type: "ordinal", title, sort, axis, scale };
  }
  const days = new Set(rows.map((row) => row[column]).filter((day) => day != null));
  const years = new Set([...days].map((day) => String(day).slice(0, 4)));
  const format = years.size > 1 ? "%b %-d, %Y" : "%b %-d";
  const axis = { format, labelOverlap: true, tickCount: Math.min(days.size, 8) };
  if (asBand) {
    return {
      field: field(column),
      type: "ordinal",
      timeUnit: "utcyearmonthdate",
      title,
      axis: { ...axis, labelAngle: 0 },
      scale: { paddingInner: 0.25 },
    };
  }
  return { field: field(column), type: "temporal", title, axis, scale: { type: "utc" } };
}

function tooltip(report: Report, rows: Row[], columns: string[]): Part[] {
  return columns.map((column) => {
    const common = { field: field(column), title: titleOf(report, column) };
    if (isTime(rows, column)) {
      return { ...common, type: "ordinal" };
    }
    const isNumber = rows.some((row) => typeof row[column] === "number");
    if (!isNumber || isName(nameOf(report, column))) return { ...common, type: "nominal" };
    return { ...common, type: "quantitative", format: numberFormat(report, column, rows) };
  });
}

/// What a mark knows of where it leads: nothing, where no rows lie behind its column.
function lead(report: Report, row: number, column: string): Row {
  const drill = drillOf(report, column);
  return drill ? { [rowMark]: row, [columnMark]: drill.column } : {};
}

/// A hand over marks that lead somewhere.
function cursor(report: Report): Part {
  return report.rows?.length ? { cursor: "pointer" } : {};
}

/// One row for each of several columns, named as people write them.
function folded(report: Report, rows: Row[], x: string, up: string[], down: string[]): Row[] {
  return rows.flatMap((row, i) =>
    [...up, ...down].map((name) => {
      const value = row[name] ?? null;
      return {
        [x]: row[x] ?? null,
        [keys.series]: titleOf(report, name),
        [keys.value]: down.includes(name) && typeof value === "number" && value !== 0 ? -value : value,
        ...lead(report, i, name),
      };
    }),
  );
}

/// Where a day of the period before stands in the chosen one: as far from its beginning; weeks and
/// months at the nearest week and month, for periods need not be made of whole ones.
function moved(report: Report, value: Row[string], days: number): Row[string] {
  const day = new Date(`${String(value)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  if (/\bweek\b/.test(report.grain)) {
    const afterMonday = (day.getUTCDay() + 6) % 7;
    day.setUTCDate(day.getUTCDate() - afterMonday + (afterMonday > 3 ? 7 : 0));
  } else if (/\bmonth\b/.test(report.grain)) {
    const isLate = day.getUTCDate() > 15;
    day.setUTCMonth(day.getUTCMonth() + (isLate ? 1 : 0), 1);
  }
  return day.toISOString().slice(0, 10);
}

/// What the period before has for a chart, upon the chosen one's days; leads nowhere.
function earlier(report: Report, x: string, values: Row[], before: Before): Row[] {
  const areDays = isTime(values, x);
  return values.map(({ [rowMark]: _row, [columnMark]: _column, ...value }) => ({
    ...value,
    [x]: areDays ? moved(report, value[x] ?? null, before.days) : (value[x] ?? null),
    [keys.was]: value[x] ?? null,
    [keys.what]: `${String(value[keys.series])}, period before`,
  }));
}

/// Lightly behind a chart: the same of the period before.
function behind(of: Part, values: Row[], mark: Part, column: string, title: string): Part {
  const encoding = of.encoding as Record<string, Part>;
  const format = (encoding.tooltip as unknown as Part[]).at(-1)?.format;
  return {
    data: { values },
    mark: { ...(of.mark as Part), tooltip: true, opacity: 0.35, ...mark },
    encoding: {
      x: encoding.x,
      y: encoding.y,
      color: encoding.color,
      tooltip: [
        { field: keys.was, type: "ordinal", title: `${column} then` },
        { field: keys.what, type: "nominal", title: "what" },
        { field: keys.value, type: "quantitative", title, format },
      ],
    },
  };
}

/// In the colours of the chosen period, however light the one before is.
const legend = { title: null, orient: "top", symbolOpacity: 1 };

function series(report: Report, columns: string[]): Part {
  return {
    field: keys.series,
    type: "nominal",
    sort: null,
    scale: { domain: columns.map((column) => titleOf(report, column)) },
    legend: columns.length > 1 ? legend : null,
  };
}

function lines(
  report: Report,
  chart: Kind<"lines"> | Kind<"areas">,
  rows: Row[],
  before: Before | undefined,
): Part {
  const isArea = chart.kind === "areas";
  const hand = cursor(report);
  const values = folded(report, rows, chart.x, chart.y, []);
  const then = before && folded(report, before.rows, chart.x, chart.y, []);
  const format = numberFormat(report, chart.y[0] ?? "", [...values, ...(then ?? [])], keys.value);
  const now = {
    data: { values },
    mark: isArea
      ? { type: "area", line: true, point: { size: 60, opacity: 0, ...hand }, fillOpacity: 0.5, tooltip: true }
      : { type: "line", point: { size: 25, ...hand }, tooltip: true },
    encoding: {
      x: across(report, rows, chart.x, false, before),
      y: {
        field: keys.value,
        type: "quantitative",
        title: report.unit,
        axis: upwards(format, values, keys.value),
        stack: isArea ? "zero" : null,
      },
      color: series(report, chart.y),
      tooltip: [
        { field: field(chart.x), type: "ordinal", title: titleOf(report, chart.x) },
        { field: keys.series, type: "nominal", title: "what" },
        { field: keys.value, type: "quantitative", title: report.unit, format },
      ],
    },
  };
  if (!before || !then) return now;
  const mark = { type: "line", strokeDash: [4, 3], fillOpacity: 0, point: { size: 12 }, cursor: "default" };
  const past = earlier(report, chart.x, then, before);
  return { layer: [behind(now, past, mark, titleOf(report, chart.x), report.unit), now] };
}

function columns(
  report: Report,
  chart: Kind<"columns">,
  rows: Row[],
  before: Before | undefined,
): Part {
  const down = chart.less ?? [];
  const names = [...chart.y, ...down];
  const split = chart.split;
  const valuesOf = (rows: Row[]) => {
    if (!split) return folded(report, rows, chart.x, chart.y, down);
    return rows.map((row, i) => ({
      [chart.x]: row[chart.x] ?? null,
      [keys.series]: row[split] ?? null,
      [keys.value]: row[chart.y[0] ?? ""] ?? null,
      ...lead(report, i, chart.y[0] ?? ""),
    }));
  };
  const values = valuesOf(rows);
  const then = before && valuesOf(before.rows);
  const format = numberFormat(report, chart.y[0] ?? "", [...values, ...(then ?? [])], keys.value);
  const color = split
    ? { field: keys.series, type: "nominal", legend }
    : series(report, names);
  const x = across(report, rows, chart.x, true, before);
  const title = names.length > 1 || split ? report.unit : titleOf(report, chart.y[0] ?? "");
  const bars = {
    data: { values },
    mark: { type: "bar", tooltip: true, ...cursor(report) },
    encoding: {
      x,
      y: { field: keys.value, type: "quantitative", title, axis: upwards(format, values, keys.value) },
      color,
      tooltip: [
        { field: field(chart.x), type: "ordinal", title: titleOf(report, chart.x) },
        { field: keys.series, type: "nominal", title: "what" },
        { field: keys.value, type: "quantitative", title, format },
      ],
    },
  };
  const layer: Part[] = [bars];
  if (before && then) {
    const past = earlier(report, chart.x, then, before);
    const mark = { xOffset: -7, cursor: "default" };
    layer.unshift(behind(bars, past, mark, titleOf(report, chart.x), title));
  }
  if (!chart.line) return before ? { layer } : bars;
  const line = {
    data: { values: rows },
    mark: { type: "line", point: { color: "gray" }, color: "gray", tooltip: true },
    encoding: {
      x,
      y: { field: field(chart.line), type: "quantitative", title },
      tooltip: tooltip(report, rows, [chart.x, chart.line]),
    },
  };
  return { layer: [...layer, line] };
}

function ranking(report: Report, chart: Kind<"ranking">, rows: Row[]): Part {
  const format = numberFormat(report, chart.y, rows);
  const values = rows.map((row, i) => ({
    ...row,
    [keys.place]: i,
    [keys.label]: chart.label.map((name) => row[name] ?? "").filter(String).join(" \u00b7 "),
    ...lead(report, i, chart.y),
  }));
  return {
    data: { values },
    height: rows.length * step,
    mark: { type: "bar", tooltip: true, ...cursor(report) },
    encoding: {
      y: {
        field: keys.place,
        type: "ordinal",
        title: null,
        axis: {
          labelExpr: `${literal(values.map((row) => row[keys.label]))}[datum.value]`,
          labelLimit: { expr: labelLimit },
          ticks: false,
        },
      },
      x: {
        field: field(chart.y),
        type: "quantitative",
        title: titleOf(report, chart.y),
        axis: upwards(format, rows, chart.y),
      },
      tooltip: tooltip(report, rows, [...chart.label, chart.y]),
    },
  };
}

function heat(report: Report, chart: Kind<"heat">, rows: Row[]): Part {
  const names = chart.names;
  const format = numberFormat(report, chart.value, rows);
  const y = {
    field: field(chart.y),
    type: "ordinal",
    title: names ? null : titleOf(report, chart.y),
    ...(names ? { axis: { labelExpr: `${literal(names)}[datum.value]` } } : {}),
  };
  return {
    data: { values: rows.map((row, i) => ({ ...row, ...lead(report, i, chart.value) })) },
    height: new Set(rows.map((row) => row[chart.y])).size * step,
    mark: { type: "rect", tooltip: true, ...cursor(report) },
    encoding: {
      x: { field: field(chart.x), type: "ordinal", title: titleOf(report, chart.x), axis: { labelAngle: 0 } },
      y,
      color: {
        field: field(chart.value),
        type: "quantitative",
        title: titleOf(report, chart.value),
        legend: { orient: "top", format, gradientLength: 160 },
      },
      tooltip: tooltip(report, rows, [chart.y, chart.x, chart.value]),
    },
  };
}

function body(report: Report, chart: Drawn, rows: Row[], before: Before | undefined): Part {
  switch (chart.kind) {
    case "lines":
    case "areas":
      return lines(report, chart, rows, before);
    case "columns":
      return columns(report, chart, rows, before);
    case "ranking":
      return ranking(report, chart, rows);
    case "heat":
      return heat(report, chart, rows);
  }
}

/// Whether the period before can be seen behind it.
export function isComparable(chart: Chart): boolean {
  return chart.kind === "lines" || chart.kind === "areas" || chart.kind === "columns";
}

/// As wide as the place it is put in. `before`: of a chart that is comparable.
export function specOf(report: Report, chart: Drawn, rows: Row[], before?: Before): TopLevelSpec {
  return {
    $schema: schema,
    description: `${report.title}: ${report.definition}`,
    width: "container",
    height: 240,
    autosize: { type: "fit-x", contains: "padding" },
    ...body(report, chart, rows, before),
  } as TopLevelSpec;
}

/// Whether there is anything to draw: a figure that is known, in one of the rows.
export function isKnown(chart: Drawn, rows: Row[]): boolean {
  const figures = chart.kind === "heat" ? [chart.value] : [chart.y].flat();
  return rows.some((row) => figures.some((name) => typeof row[name] === "number"));
}
