import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, parseExpression, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { isKnown, specOf, type Drawn } from "../src/charts";
import { pages } from "../src/pages";
import { rowsOf, textOf, type Report, type Row } from "../src/report";
import { configOf } from "../src/theme";

const report: Report = {
  name: "upgrades",
  title: "Upgrades",
  definition: "Who upgraded.",
  unit: "users",
  grain: "one week",
  caveat: null,
  parameters: [],
  rows: [],
  columns: [
    { name: "week", meaning: "Monday of the ISO week, UTC" },
    { name: "up", meaning: "users" },
    { name: "down", meaning: "users" },
    { name: "rate", meaning: "up / all, 0 to 1" },
  ],
};
const rows: Row[] = [
  { week: "2018-11-05", up: 4, down: 0, rate: 0.5 },
  { week: "2018-11-12", up: 2, down: 1, rate: null },
];

/// Parts of a specification that the tests look at.
interface Spec {
  height: number;
  data: { values: Row[] };
  encoding: Record<string, Record<string, unknown>>;
  layer: Spec[];
}

function made(chart: Drawn, of: Row[] = rows): Spec {
  return specOf(report, chart, of) as unknown as Spec;
}

/// A number as Vega writes it.
const vegaFormat = (format: string) => new View(parse({})).locale().format(format);

/// Vega-Lite takes it without a complaint.
function compileQuietly(spec: unknown): void {
  const complaints: string[] = [];
  const note = (...words: unknown[]) => {
    complaints.push(words.join(" "));
    return logger;
  };
  const logger = { level: () => logger, error: note, warn: note, info: () => logger, debug: () => logger };
  compile(spec as TopLevelSpec, { logger: logger as never, config: configOf(false) });
  assert.deepEqual(complaints, []);
}

test("columns that lead down are negative, and nought stays nought", () => {
  const chart: Drawn = { kind: "columns", x: "week", y: ["up"], less: ["down"], line: "up" };
  const [bars, line] = made(chart).layer;
  assert.deepEqual(bars?.data.values, [
    { week: "2018-11-05", "#series": "up", "#value": 4 },
    { week: "2018-11-05", "#series": "down", "#value": 0 },
    { week: "2018-11-12", "#series": "up", "#value": 2 },
    { week: "2018-11-12", "#series": "down", "#value": -1 },
  ]);
  assert.equal(line?.data.values, rows);
  compileQuietly(made(chart));
});

test("columns named as a chart names its own stay what they are", () => {
  const odd: Row[] = [{ value: "a", series: "b", place: 7, label: "c", what: "d", n: 3 }];
  for (const x of ["value", "series", "what"]) {
    const chart: Drawn = { kind: "columns", x, y: ["n"] };
    const spec = specOf(report, chart, odd, { rows: odd, days: 1 }) as unknown as Spec;
    const [then, now] = spec.layer.map((layer) => layer.data.values[0]!);
    assert.deepEqual([then?.[x], now?.[x], now?.["#value"]], [odd[0]![x], odd[0]![x], 3]);
    compileQuietly(spec);
  }
  const { values } = made({ kind: "ranking", label: ["label"], y: "place" }, odd).data;
  assert.deepEqual(values.map((row) => [row.place, row.label]), [[7, "c"]]);
});

test("the period before lies behind, on the chosen one's days, and leads nowhere", () => {
  const drilled = { ...report, rows: [{ column: "up", title: "", definition: "", grain: "", keys: [], parameters: [], columns: [] }] };
  const old: Row[] = [{ week: "2018-10-22", up: 9, down: 1, rate: null }, { week: "2018-10-29", up: 3, down: 0, rate: null }];
  const charts: Drawn[] = [
    { kind: "columns", x: "week", y: ["up"], less: ["down"], line: "up" },
    { kind: "lines", x: "week", y: ["up", "down"] },
    { kind: "areas", x: "week", y: ["up", "down"] },
  ];
  for (const chart of charts) {
    const spec = specOf(drilled, chart, rows, { rows: old, days: 14 }) as unknown as Spec;
    const [then, now] = spec.layer;
    const first = then?.data.values[0];
    assert.deepEqual([first?.week, first?.["#was"], first?.["#value"], first?.["#what"]], ["2018-11-05", "2018-10-22", 9, "up, period before"]);
    assert.ok(then?.data.values.every((value) => !("#row" in value)));
    assert.equal(now?.data.values[0]?.["#row"], 0);
    compileQuietly(spec);
  }
});

test("a period that is not made of whole weeks or months stands at the nearest", () => {
  const chart: Drawn = { kind: "columns", x: "week", y: ["up"] };
  const weeks = (grain: string, now: string, then: string[], days: number) => {
    const old = then.map((week) => ({ week, up: 1 }));
    const spec = specOf({ ...report, grain }, chart, [{ week: now, up: 1 }], { rows: old, days });
    return (spec as unknown as Spec).layer[0]?.data.values.map((value) => value.week);
  };
  assert.deepEqual(weeks("one week", "2018-11-05", ["2018-10-29", "2018-11-05"], 10), ["2018-11-05", "2018-11-12"]);
  assert.deepEqual(weeks("one week", "2018-11-05", ["2018-10-29"], 12), ["2018-11-12"]);
  assert.deepEqual(weeks("one month", "2018-02-01", ["2018-01-01"], 28), ["2018-02-01"]);
  assert.deepEqual(weeks("one day", "2018-02-01", ["2018-01-01"], 28), ["2018-01-29"]);
});

test("names of both periods keep their order", () => {
  const chart: Drawn = { kind: "columns", x: "week", y: ["up"] };
  const sortOf = (now: Row["x"][], then: Row["x"][]) => {
    const [made, old] = [now, then].map((each) => each.map((week) => ({ week: week ?? null, up: 1 })));
    return (specOf(report, chart, made!, { rows: old!, days: 7 }) as unknown as Spec).layer[0]?.encoding.x?.sort;
  };
  assert.equal(sortOf([2, 10], [1, 3]), "ascending");
  assert.deepEqual(sortOf(["paid"], ["free", "paid"]), ["paid", "free"]);
});

test("a mark knows its row and the column that lies behind it", () => {
  const drill = { column: "up", title: "", definition: "", grain: "", keys: ["week"], parameters: [], columns: [] };
  const drilled = { ...report, rows: [drill] };
  const spec = specOf(drilled, { kind: "ranking", label: ["week"], y: "rate" }, rows) as unknown as Spec;
  assert.deepEqual(spec.data.values.map((row) => [row["#row"], row["#column"]]), [[0, "up"], [1, "up"]]);
  assert.ok(made({ kind: "ranking", label: ["week"], y: "rate" }).data.values.every((row) => !("#row" in row)));
});

test("days are read as UTC", () => {
  const line = made({ kind: "lines", x: "week", y: ["up", "down"] });
  assert.equal(line.encoding.x?.type, "temporal");
  assert.deepEqual(line.encoding.x?.scale, { type: "utc" });
  assert.equal(made({ kind: "columns", x: "week", y: ["up"] }).encoding.x?.timeUnit, "utcyearmonthdate");
});

test("days of several years say which", () => {
  const charts: Drawn[] = [{ kind: "lines", x: "week", y: ["up"] }, { kind: "columns", x: "week", y: ["up"] }];
  for (const chart of charts) {
    const formatOf = (...weeks: Row["x"][]) => {
      const { axis } = made(chart, weeks.map((week) => ({ week: week ?? null, up: 1 }))).encoding.x!;
      return (axis as { format: string }).format;
    };
    assert.equal(formatOf("2018-01-01", null, "2018-12-31"), "%b %-d");
    assert.equal(formatOf("2018-12-31", "2019-01-07"), "%b %-d, %Y");
  }
  compileQuietly(made(charts[1]!, [{ week: "2018-12-31", up: 1 }, { week: "2019-01-07", up: 2 }]));
});

test("a share is written as per cent because its meaning says so", () => {
  const axisOf = (name: string) => made({ kind: "columns", x: "week", y: [name] }).encoding.y?.axis;
  assert.deepEqual(axisOf("rate"), { format: ".1~%" });
  assert.deepEqual(axisOf("up"), { format: ",.4~r", tickMinStep: 1 });
  assert.deepEqual([textOf(0.096, "rate", true), textOf(null, "rate", true)], ["9.6%", "\u2013"]);
});

test("shares below one per cent are no nought, on the page and in charts", () => {
  assert.deepEqual(
    [0.000147123, 0.00999, 0, 0.01].map((value) => textOf(value, "rate", true)),
    ["0.0147%", "0.999%", "0%", "1%"],
  );
  const few = [{ week: "2018-11-05", rate: 0.000147 }, { week: "2018-11-12", rate: 0.02 }];
  for (const kind of ["lines", "columns"] as const) {
    const { y, tooltip } = made({ kind, x: "week", y: ["rate"] }, few).encoding;
    const shown = (tooltip as never as { format: string }[]).at(-1)?.format ?? "";
    assert.deepEqual([y?.axis, shown], [{ format: ".3~p" }, ".3~p"]);
    assert.deepEqual([0.000147, 0.02, 0].map(vegaFormat(shown)), ["0.0147%", "2%", "0%"]);
  }
});

test("counts are told in full, and numbers that are names without commas", () => {
  assert.deepEqual(
    [textOf(12347, "plays"), textOf(6643, "session_id"), textOf(6643, "line"), textOf(1234, "byte_column")],
    ["12,347", "6643", "6643", "1234"],
  );
  const many = [{ week: "A", up: 12347, user_id: 6643 }, { week: "B", up: 1_234_567, user_id: 7 }];
  const [name, plays] = made({ kind: "ranking", label: ["user_id"], y: "up" }, many).encoding
    .tooltip as never as { type: string; format: string }[];
  assert.equal(name?.type, "nominal");
  assert.deepEqual([12347, 1_234_567, 1_000_000].map(vegaFormat(plays!.format)), ["12,347", "1,234,567", "1,000,000"]);
  const old = { rows: [{ week: "A", up: 54321 }], days: 7 };
  for (const kind of ["lines", "areas", "columns"] as const) {
    const spec = specOf(report, { kind, x: "week", y: ["up"] }, [{ week: "A", up: 1 }], old);
    const { tooltip } = (spec as unknown as Spec).layer[0]!.encoding;
    assert.equal(vegaFormat((tooltip as never as { format: string }[]).at(-1)!.format)(54321), "54,321");
  }
});

test("a legend has the colours of the chosen period", () => {
  const chart: Drawn = { kind: "columns", x: "week", y: ["up"], less: ["down"] };
  const spec = specOf(report, chart, rows, { rows, days: 14 });
  const { legends } = compile(spec).spec;
  assert.deepEqual(legends?.map(({ symbolOpacity, encode }) => [symbolOpacity, encode]), [[1, undefined]]);
});

test("names with line separators are labels", () => {
  const chart: Drawn = { kind: "ranking", label: ["week"], y: "up" };
  const spec = made(chart, [{ week: 'a\u2028b\u2029"', up: 1 }]);
  const { labelExpr } = spec.encoding.y?.axis as { labelExpr: string };
  assert.doesNotThrow(() => parseExpression(labelExpr));
  compileQuietly(spec);
});

test("a ranking is drawn where there is no page to be narrow", async () => {
  const runtime = parse(compile(specOf(report, { kind: "ranking", label: ["week"], y: "up" }, rows)).spec);
  const view = await new View(runtime, { renderer: "none" }).runAsync();
  const text = await view.toSVG();
  assert.match(text, /2018-11-05/);
});

test("a ranking keeps the order of its rows and rows of one name apart", () => {
  const twins: Row[] = [
    { week: "B", up: 1 },
    { week: "A", up: 9 },
    { week: "A", up: 9 },
  ];
  const spec = made({ kind: "ranking", label: ["week"], y: "up" }, twins);
  assert.deepEqual(spec.data.values.map((row) => [row["#place"], row["#label"]]), [[0, "B"], [1, "A"], [2, "A"]]);
  assert.equal(spec.height, 66);
});

test("a name full of marks stays one text of the axis", () => {
  const name = `"]+alert(1)+["\\ </script> \u2028`;
  const spec = made({ kind: "ranking", label: ["week"], y: "up" }, [{ week: name, up: 1 }]);
  const { labelExpr } = spec.encoding.y?.axis as { labelExpr: string };
  assert.deepEqual(JSON.parse(labelExpr.replace(/\[datum\.value\]$/, "")), [name]);
  compileQuietly(spec);
});

test("rows without a known figure are not drawn", () => {
  const chart: Drawn = { kind: "columns", x: "week", y: ["rate"] };
  assert.equal(isKnown(chart, rows), true);
  assert.equal(isKnown(chart, rows.slice(1)), false);
});

test("rows get the names of their columns", () => {
  const columns = [{ name: "a", kind: "text" } as const, { name: "b", kind: "number" } as const];
  assert.deepEqual(rowsOf({ columns, rows: [["x", null]] }), [{ a: "x", b: null }]);
});

test("every chart of every page compiles without a warning", () => {
  for (const { report: name, chart } of pages.flatMap((page) => page.cards)) {
    if (chart.kind === "figures" || chart.kind === "table") continue;
    const texts = chart.kind === "ranking" ? chart.label : "split" in chart ? [chart.split!] : [];
    const numbers = chart.kind === "heat" ? [chart.y, chart.value] : [chart.y].flat();
    const all = ["less", "line"].flatMap((key) => (chart as never as Record<string, string[]>)[key] ?? []);
    const row: Row = {};
    for (const column of [...numbers, ...all]) row[column] = 1;
    for (const column of texts) row[column] = "some";
    if ("x" in chart) row[chart.x] = "2018-11-05";
    assert.ok(Object.keys(row).length > 1, name);
    compileQuietly(specOf({ ...report, name }, chart, [row]));
  }
});

test("whole numbers have an axis without halves", () => {
  const axisOf = (rows: Row[]) => made({ kind: "ranking", label: ["week"], y: "up" }, rows).encoding.x?.axis;
  assert.deepEqual(axisOf([{ week: "A", up: 2 }, { week: "B", up: null }]), { format: ",.4~r", tickMinStep: 1 });
  assert.deepEqual(axisOf([{ week: "A", up: 2.5 }]), { format: ",.4~r" });
});

test("the period before is as long and ends the day before", async () => {
  const { periodBefore, stateOf } = await import("../src/state");
  const before = (query: string) => periodBefore(stateOf(new URL("http://127.0.0.1/?" + query)));
  assert.deepEqual(before("from=2018-11-05&to=2018-11-11"), { from: "2018-10-29", to: "2018-11-04" });
  assert.deepEqual(before("from=2020-03-01&to=2020-03-01"), { from: "2020-02-29", to: "2020-02-29" });
  assert.deepEqual(before("from=0001-01-02&to=0001-01-02"), { from: "0001-01-01", to: "0001-01-01" });
  const none = ["", "from=2018-11-05", "from=2018-11-05&to=2018-11-04", "from=x&to=y"];
  for (const query of [...none, "from=0001-01-02&to=0001-01-03", "from=0201-11-05&to=2018-11-11"]) {
    assert.equal(before(query), undefined);
  }
});

test("a figure is in the address of its rows", async () => {
  const { addressOfRows } = await import("../src/drill");
  const { stateOf } = await import("../src/state");
  const state = stateOf(new URL("http://127.0.0.1/listening?level=paid&tables=top_songs&compare=1"));
  const drill = { column: "up", title: "", definition: "", grain: "", keys: ["week", "none"], parameters: [], columns: [] };
  const address = addressOfRows(report, drill, { week: 'a"&b', up: 3 }, state);
  const back = stateOf(new URL(address, "http://127.0.0.1"));
  assert.deepEqual(back.figure, { report: "upgrades", of: "up", row: { week: 'a"&b', none: null } });
  assert.deepEqual([back.path, back.level, back.compare, back.tables], ["/rows", "paid", true, []]);
  for (const query of ["", "?row=[", "?row=3", "?row=null"]) {
    assert.equal(stateOf(new URL("http://127.0.0.1/rows" + query)).figure, null);
  }
});

test("a state becomes an address and comes back", async () => {
  const { addressOf, filtersFor, stateOf } = await import("../src/state");
  const address = "/growth?from=2018-11-05&to=2018-11-18&level=paid&tables=lifecycle%2Cad_load";
  const state = stateOf(new URL(address, "http://127.0.0.1"));
  assert.equal(addressOf(state), address);
  assert.deepEqual(state.tables, ["lifecycle", "ad_load"]);
  assert.equal(filtersFor(state, ["from", "to"]), "from=2018-11-05&to=2018-11-18");
  const odd = stateOf(new URL("/?level=gold&x=1", "http://127.0.0.1"));
  assert.deepEqual([odd.level, addressOf(odd)], ["", "/"]);
});
