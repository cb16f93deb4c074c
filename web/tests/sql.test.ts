import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesText, layoutOf, layoutsOf, previewOf, width, type Table } from "../src/schema/layout";
import { chartOf, guess, namesOf, reportOf, valuesOf } from "../src/sql/guess";
import { addPast, isUnsaved, keepTabs, keptTabs, merged, nextTab, pastOf, SharedTabs, type Shelf } from "../src/sql/store";
import { gather, Lines, summaryOf, type Line, type Result } from "../src/sql/stream";
import { heightOf, mostHeight, rowHeight, scrollTo, windowOf } from "../src/sql/window";
import { specOf } from "../src/charts";

function shelf(most = Infinity): Shelf & { texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    getItem: (name) => texts.get(name) ?? null,
    setItem: (name, text) => {
      if (text.length > most) throw new Error("full");
      texts.set(name, text);
    },
  };
}

test("lines are whole however the bytes were cut", () => {
  const text = '{"statement": 0, "from": 0, "to": 8, "of": 1}\n{"rows": [["a\\n"]]}\n{"end": true}\n';
  for (let size = 1; size < text.length; ++size) {
    const lines = new Lines();
    const found: Line[] = [];
    for (let at = 0; at < text.length; at += size) found.push(...lines.take(text.slice(at, at + size)));
    assert.deepEqual(found.at(-1), { end: true });
    assert.equal(found.length, 3);
  }
});

test("results grow by lines, and say what they came to", () => {
  const results: Result[] = [];
  const columns = [{ name: "n", kind: "number", type: "integer" } as const];
  const told: Line[] = [
    { statement: 0, from: 0, to: 8, of: 2 },
    { columns },
    { rows: [["1"], [null]] },
    { notice: "mind" },
    { done: "SELECT 2", rows: 2, more: false, seconds: 0.25 },
    { statement: 1, from: 9, to: 12, of: 2 },
    { failed: { message: "no", detail: null, hint: null, state: "42601", at: 10 }, seconds: 2 },
  ];
  assert.deepEqual(told.map((line) => gather(results, line)), told.map(() => false));
  assert.equal(gather(results, { end: true }), true);
  assert.deepEqual(results.map(summaryOf), ["2 rows, 250 ms", "failed after 2.00 s"]);
  assert.deepEqual([results[0]?.rows, results[0]?.notices], [[["1"], [null]], ["mind"]]);
});

test("rows that were left are said", () => {
  const results: Result[] = [];
  gather(results, { statement: 0, from: 0, to: 1, of: 1 });
  gather(results, { columns: [{ name: "n", kind: "number", type: "integer" }] });
  gather(results, { rows: [["1"]] });
  gather(results, { done: "", rows: 1, more: true, seconds: 1 });
  assert.match(summaryOf(results[0]!), /^the first 1 row, 1.00 s; there are more/);
});

test("a window of rows covers what is seen, at both ends and between", () => {
  for (const count of [0, 1, 30, 5_000, 1_000_000]) {
    const seen = 400;
    const most = Math.max(0, heightOf(count) - seen);
    for (const scrolled of [0, most / 3, most]) {
      const { first, last, top, height } = windowOf(count, scrolled, seen);
      assert.ok(height <= mostHeight && first >= 0 && last <= count);
      assert.ok(last - first <= seen / rowHeight + 22);
      // The drawn rows reach over the screen, unless there are no more.
      assert.ok(top <= scrolled + 1 || first === 0, `${count} ${scrolled}`);
      const end = top + (last - first) * rowHeight;
      assert.ok(end >= scrolled + seen - 1 || last === count);
    }
    const end = windowOf(count, most, seen);
    assert.equal(end.last, count);
  }
});

test("a row that is gone to is on the screen", () => {
  const [count, seen] = [1_000_000, 400];
  for (const row of [0, 1, 17, 499_999, 999_999]) {
    const scrolled = scrollTo(row, count, 123_456, seen);
    const { first, top } = windowOf(count, scrolled, seen);
    const begin = top + (row - first) * rowHeight - scrolled;
    assert.ok(begin >= -1 && begin + rowHeight <= seen + 1, `${row}: ${begin}`);
  }
  assert.equal(scrollTo(3, 10, 0, seen), 0);
});

test("tabs come back, and what is none of ours is passed over", () => {
  const kept = shelf();
  assert.equal(keptTabs(kept).tabs.length, 1);
  const tabs = [nextTab([]), { ...nextTab([nextTab([])]), text: "select 1" }];
  assert.equal(keepTabs(kept, { tabs, active: 2 }), true);
  assert.deepEqual(keptTabs(kept), { tabs, active: 2 });
  for (const text of ["", "{", "3", '{"tabs": 3}', '{"tabs": [null, {"id": "x"}]}', "null"]) {
    kept.texts.set("sparkify.sql.tabs", text);
    assert.equal(keptTabs(kept).tabs.length, 1, text);
  }
  assert.equal(keepTabs(shelf(10), { tabs, active: 1 }), false);
});

test("two windows keep each other's tabs", () => {
  const kept = shelf();
  keepTabs(kept, { tabs: [{ id: 1, title: "Query 1", text: "", query: null }], active: 1 });
  const [one, other] = [new SharedTabs(kept), new SharedTabs(kept)];
  one.kept.tabs[0]!.text = "first";
  assert.deepEqual(one.keep(), { isKept: true, isChanged: false });
  other.join();
  other.kept.tabs.push({ ...nextTab(other.kept.tabs), text: "second" });
  other.keep();
  assert.deepEqual(keptTabs(kept).tabs.map((tab) => tab.text), ["first", "second"]);
  const tab = one.kept.tabs[0];
  assert.equal(one.join(), true);
  assert.deepEqual(one.kept.tabs.map((tab) => tab.text), ["first", "second"]);
  assert.equal(one.kept.tabs[0], tab); // who waits for the server with it still has it
  one.kept.tabs.splice(0, 1);
  one.keep();
  other.keep();
  assert.deepEqual([other.kept.active, other.kept.tabs.map((tab) => tab.text)], [2, ["second"]]);
  kept.texts.clear();
  assert.equal(other.join(), false);
});

test("of a tab that two windows changed both texts stay", () => {
  const tab = (id: number, text: string) => ({ id, title: `Query ${id}`, text, query: null });
  const textsOf = (...windows: [number, string][][]) => {
    const [base, ours, theirs] = windows.map((tabs) => tabs.map(([id, text]) => tab(id, text)));
    return merged(base!, ours!, theirs!).map((each) => [each.id, each.text]);
  };
  assert.deepEqual(textsOf([[1, "a"]], [[1, "b"]], [[1, "c"]]), [[1, "b"], [2, "c"]]);
  assert.deepEqual(textsOf([[1, "a"]], [[1, "b"]], [[1, "b"]]), [[1, "b"]]);
  assert.deepEqual(textsOf([], [[1, "b"]], [[1, "c"]]), [[1, "b"], [2, "c"]]);
  assert.deepEqual(textsOf([[1, "a"], [2, "b"]], [[1, "c"]], [[2, "d"]]), [[1, "c"], [2, "d"]]);
  assert.deepEqual(textsOf([[1, "a"], [2, "b"]], [[1, "a"]], [[2, "b"]]), []);
});

test("a tab of a saved query is lost when it says something else", () => {
  const tab = { id: 1, title: "plays", text: "select 1", query: "plays" };
  assert.equal(isUnsaved({ ...tab, saved: "select 1" }), false);
  assert.equal(isUnsaved({ ...tab, saved: "select 1", text: "" }), true);
  assert.equal(isUnsaved(tab), true); // kept before texts were
  assert.deepEqual([" ", "select 1"].map((text) => isUnsaved({ ...tab, text, query: null })), [false, true]);
});

test("history has the newest first, once each, as much as there is room for", () => {
  const kept = shelf();
  for (const text of ["a", "b", "a"]) addPast(kept, { text, at: 1, outcome: "1 row" });
  assert.deepEqual(pastOf(kept).map((entry) => entry.text), ["a", "b"]);
  const small = shelf(500);
  for (let i = 0; i < 50; ++i) addPast(small, { text: `select ${i}`, at: 1, outcome: "1 row" });
  const texts = pastOf(small).map((entry) => entry.text);
  assert.equal(texts[0], "select 49");
  assert.ok(texts.length > 1 && texts.length < 50);
});

test("a chart is guessed and drawn as cards draw theirs", () => {
  const columns = [
    { name: "day", kind: "text", type: "timestamp" } as const,
    { name: "plays", kind: "number", type: "bigint" } as const,
  ];
  const rows = [["2018-11-01 00:00:00", "3"], ["2018-11-02 00:00:00", null]];
  const quick = guess(columns, rows);
  assert.deepEqual(quick, { kind: "lines", x: 0, y: 1 });
  const values = valuesOf(columns, rows);
  assert.deepEqual(values, [{ "column 1": "2018-11-01", "column 2": 3 }, { "column 1": "2018-11-02", "column 2": null }]);
  const spec = specOf(reportOf(columns, quick!), chartOf(quick!), values) as never as {
    encoding: { x: { type: string; title: string } };
  };
  assert.deepEqual([spec.encoding.x.type, spec.encoding.x.title], ["temporal", "day"]);
  assert.equal(guess([columns[0]!], rows), undefined);
  assert.equal(guess([columns[1]!], [["1"]]), undefined);
});

test("columns of one name are drawn each for itself", () => {
  const columns = [
    { name: "level", kind: "text", type: "varchar" } as const,
    { name: "level", kind: "text", type: "varchar" } as const,
    { name: "#value", kind: "number", type: "bigint" } as const,
  ];
  assert.deepEqual(namesOf(columns), ["level (column 1)", "level (column 2)", "#value"]);
  const rows = [["free", "paid", "3"]];
  const drawn = (x: number) => {
    const quick = { ...guess(columns, rows)!, x };
    const { data, encoding } = specOf(reportOf(columns, quick), chartOf(quick), valuesOf(columns, rows)) as never as {
      data: { values: Record<string, unknown>[] };
      encoding: { x: { field: string; title: string } };
    };
    const [value] = data.values;
    return [encoding.x.title, value?.[encoding.x.field], value?.["#value"]];
  };
  assert.deepEqual(drawn(0), ["level (column 1)", "free", 3]);
  assert.deepEqual(drawn(1), ["level (column 2)", "paid", 3]);
});

const column = (name: string, is_key = false, references: string | null = null) => ({
  name,
  type: "integer",
  is_required: is_key,
  is_key,
  references,
});
const table = (name: string, role: Table["role"], columns: Table["columns"]): Table => ({
  name,
  role,
  purpose: "",
  grain: "",
  rows: 1,
  bytes: 262_144,
  is_view: false,
  placed: "diststyle auto sortkey auto",
  layouts: [
    { name: "by-user", clauses: "diststyle all" },
    { name: "auto", clauses: "diststyle auto sortkey auto" },
  ],
  columns,
});
const star = [
  table("artists", "dimension", [column("artist_id", true)]),
  table("plays", "fact", [column("play_id", true), column("song_id", false, "songs"), column("artist_id", false, "artists")]),
  table("songs", "dimension", [column("song_id", true), column("artist_id", false, "artists")]),
  table("loads", "internal", [column("load_id", true)]),
];

test("boxes of the star do not overlap, and lines lead from key to key", () => {
  const { boxes, edges, width, height } = layoutOf(star);
  assert.deepEqual(boxes.map((box) => [box.table.name, box.side]), [
    ["artists", "left"],
    ["songs", "left"],
    ["plays", "middle"],
  ]);
  for (const box of boxes) {
    assert.ok(box.x >= 0 && box.y >= 0 && box.y + box.height <= height && box.x < width);
  }
  assert.deepEqual(edges.map((edge) => `${edge.from}.${edge.column} ${edge.to}`), [
    "songs.artist_id artists",
    "plays.song_id songs",
    "plays.artist_id artists",
  ]);
  assert.ok(edges.every((edge) => !edge.path.includes("NaN")));
  assert.deepEqual(layoutOf([]).boxes, []);
});

/// Points of a path of one curve.
function pointsOf(path: string): [number, number][] {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = path.match(/-?[\d.]+/g)!.map(Number) as never as number[];
  return Array.from({ length: 99 }, (_, i) => {
    const [t, u] = [(i + 1) / 100, 1 - (i + 1) / 100];
    const at = (a: number, b: number, c: number, d: number) =>
      u ** 3 * a + 3 * u * u * t * b + 3 * u * t * t * c + t ** 3 * d;
    return [at(x0!, x1!, x2!, x3!), at(y0!, y1!, y2!, y3!)];
  });
}

test("no line of the star runs behind a box", () => {
  const refers = (name: string, to: string) => column(name, false, to);
  const tables = [
    table("songplays", "fact", [refers("start_time", "time"), refers("user_id", "users"), refers("song_id", "songs"), refers("session_id", "sessions")]),
    table("events", "fact", [refers("user_id", "users"), refers("session_id", "sessions")]),
    table("level_changes", "fact", [column("user_id", true, "users"), column("changed_at", true)]),
    table("artists", "dimension", [column("artist_id", true)]),
    table("sessions", "dimension", [column("session_id", true), refers("user_id", "users")]),
    table("songs", "dimension", [column("song_id", true), refers("artist_id", "artists")]),
    table("time", "dimension", [column("start_time", true)]),
    table("user_history", "dimension", [column("user_id", true, "users"), column("valid_from", true)]),
    table("users", "dimension", [column("user_id", true)]),
  ];
  const { boxes, edges } = layoutOf(tables);
  assert.equal(edges.length, 10);
  assert.deepEqual(boxes.map((box) => box.side).sort().join(" "), "left left left middle middle middle right right right");
  for (const { from, to, path } of edges) {
    for (const [x, y] of pointsOf(path)) {
      const behind = boxes.find((box) => x > box.x && x < box.x + width && y > box.y && y < box.y + box.height);
      assert.equal(behind?.table.name, undefined, `${from} -> ${to}`);
    }
  }
});

test("the layout that a table has comes first", () => {
  assert.deepEqual(layoutsOf(star[0]!).map((each) => [each.name, each.isChosen]), [
    ["auto", true],
    ["by-user", false],
  ]);
  const own = layoutsOf({ ...star[0]!, placed: "distkey(x)" });
  assert.deepEqual([own[0]?.name, own[0]?.clauses], ["its own", "distkey(x)"]);
});

test("sizes and previews are as people write them", () => {
  assert.deepEqual([0, 999, 262_144, 5_200_000].map(bytesText), ["0 B", "999 B", "262 kB", "5.2 MB"]);
  assert.equal(previewOf("songplays"), "select * from songplays limit 100;");
  assert.equal(previewOf('my "t"'), 'select * from "my ""t""" limit 100;');
});
