import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesText, layoutOf, layoutsOf, previewOf, type Table } from "../src/schema/layout";
import { chartOf, guess, reportOf, valuesOf } from "../src/sql/guess";
import { addPast, keepTabs, keptTabs, nextTab, pastOf, type Shelf } from "../src/sql/store";
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
  assert.deepEqual(quick, { kind: "lines", x: "day", y: "plays" });
  const values = valuesOf(columns, rows);
  assert.deepEqual(values, [{ day: "2018-11-01", plays: 3 }, { day: "2018-11-02", plays: null }]);
  const spec = specOf(reportOf(columns, quick!), chartOf(quick!), values) as never as {
    encoding: { x: { type: string } };
  };
  assert.equal(spec.encoding.x.type, "temporal");
  assert.equal(guess([columns[0]!], rows), undefined);
  assert.equal(guess([columns[1]!], [["1"]]), undefined);
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
    ["plays", "middle"],
    ["songs", "right"],
  ]);
  for (const box of boxes) {
    assert.ok(box.x >= 0 && box.y >= 0 && box.y + box.height <= height && box.x < width);
  }
  assert.deepEqual(edges.map((edge) => `${edge.from}.${edge.column} ${edge.to}`), [
    "plays.song_id songs",
    "plays.artist_id artists",
    "songs.artist_id artists",
  ]);
  assert.ok(edges.every((edge) => !edge.path.includes("NaN")));
  assert.deepEqual(layoutOf([]).boxes, []);
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
