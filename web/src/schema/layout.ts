/// Where the tables of the star stand in its diagram. Pure: the same tables give the same picture.

export interface Column {
  name: string;
  type: string;
  is_required: boolean;
  is_key: boolean;
  references: string | null;
}

export interface Table {
  name: string;
  role: "fact" | "dimension" | "internal" | "other";
  purpose: string;
  grain: string;
  rows: number | null;
  bytes: number | null;
  is_view: boolean;
  placed: string;
  layouts: { name: string; clauses: string }[];
  columns: Column[];
}

export interface Box {
  table: Table;
  /// Columns that are drawn: keys, and what refers to others.
  shown: Column[];
  x: number;
  y: number;
  height: number;
  side: "left" | "middle" | "right";
}

export interface Edge {
  from: string;
  column: string;
  to: string;
  path: string;
}

export const width = 250;
export const lineHeight = 18;
/// Of a box: its name, and how many rows it has.
export const headHeight = 44;
const gap = { x: 130, y: 26 };
const margin = 60;

function boxOf(table: Table): Box {
  const shown = table.columns.filter((column) => column.is_key || column.references);
  const lines = shown.length + (shown.length < table.columns.length ? 1 : 0);
  return { table, shown, x: 0, y: 0, height: headHeight + lines * lineHeight + 8, side: "middle" };
}

function stack(boxes: Box[], x: number, side: Box["side"]): number {
  let y = margin / 2;
  for (const box of boxes) {
    [box.x, box.y, box.side] = [x, y, side];
    y += box.height + gap.y;
  }
  return y - gap.y + margin / 2;
}

function center(boxes: Box[], height: number, all: number): void {
  for (const box of boxes) box.y += (all - height) / 2;
}

/// The middle of a column's line; of the name where the column is not drawn.
function lineOf(box: Box, column: string): number {
  const at = box.shown.findIndex((each) => each.name === column);
  return box.y + (at < 0 ? 16 : headHeight + (at + 0.5) * lineHeight);
}

function pathOf(from: Box, to: Box, column: string): string {
  const [begin, end] = [lineOf(from, column), lineOf(to, column)];
  if (from.side === to.side) {
    // Around the outside of their stack.
    const isLeft = from.side === "left";
    const x = isLeft ? from.x : from.x + width;
    // The farther the wider, so that lines to one column do not cross.
    const far = Math.min(45, 15 + Math.abs(end - begin) / 8);
    const out = isLeft ? x - far : x + far;
    return `M${x},${begin} C${out},${begin} ${out},${end} ${x},${end}`;
  }
  const isRight = to.x > from.x;
  const x = isRight ? from.x + width : from.x;
  const there = isRight ? to.x : to.x + width;
  const half = (x + there) / 2;
  return `M${x},${begin} C${half},${begin} ${half},${end} ${there},${end}`;
}

/// Tables that refer to each other, however far, stand together: the largest groups first.
function groupsOf(boxes: Box[]): Box[][] {
  const groups: Box[][] = [];
  for (const box of boxes) {
    const areLinked = (one: Box, other: Box) =>
      one.shown.some((column) => column.references === other.table.name);
    const linked = groups.filter((group) =>
      group.some((other) => areLinked(box, other) || areLinked(other, box)),
    );
    const others = groups.filter((group) => !linked.includes(group));
    groups.splice(0, groups.length, ...others, [...linked.flat(), box]);
  }
  const inOrder = groups.map((group) => group.sort((a, b) => boxes.indexOf(a) - boxes.indexOf(b)));
  return inOrder.sort((a, b) => b.length - a.length || boxes.indexOf(a[0]!) - boxes.indexOf(b[0]!));
}

/// Both sides, as high as each other as far as goes. A group is at one side, so that no line between
/// dimensions runs behind the facts.
function sidesOf(boxes: Box[]): [Box[], Box[]] {
  const sides: [Box[], Box[]] = [[], []];
  for (const group of groupsOf(boxes)) {
    sides[sides[0].length <= sides[1].length ? 0 : 1].push(...group);
  }
  return sides;
}

/// Facts in the middle, dimensions at both sides; the load's own tables are not in the picture.
export function layoutOf(tables: Table[]): {
  boxes: Box[];
  edges: Edge[];
  width: number;
  height: number;
} {
  const facts = tables.filter((table) => table.role === "fact" && !table.is_view).map(boxOf);
  const others = tables.filter((table) => table.role === "dimension").map(boxOf);
  // The largest stands where most lines lead.
  facts.sort((a, b) => b.shown.length - a.shown.length);
  const [left, right] = sidesOf(others);
  const x = (column: number) => margin + column * (width + gap.x);
  const heights = [stack(left, x(0), "left"), stack(facts, x(1), "middle"), stack(right, x(2), "right")];
  const height = Math.max(...heights);
  [left, facts, right].forEach((boxes, i) => center(boxes, heights[i]!, height));
  const boxes = [...left, ...facts, ...right];
  const named = new Map(boxes.map((box) => [box.table.name, box]));
  const edges = boxes.flatMap((box) =>
    box.shown.flatMap((column) => {
      const to = named.get(column.references ?? "");
      if (!to || to === box) return [];
      const path = pathOf(box, to, column.name);
      return [{ from: box.table.name, column: column.name, to: to.table.name, path }];
    }),
  );
  return { boxes, edges, width: x(2) + width + margin, height };
}

const whole = new Intl.NumberFormat("en");

/// `6,820 rows, 524 kB`.
export function sizeText(table: Table): string {
  if (table.is_view) return "a view";
  const rows = `${whole.format(table.rows ?? 0)} row${table.rows === 1 ? "" : "s"}`;
  return `${rows}, ${bytesText(table.bytes ?? 0)}`;
}

/// Powers of 1000.
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, unit] = [bytes, 0];
  for (; value >= 1000 && unit < units.length - 1; ++unit) value /= 1000;
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/// The layouts of a table, the one it has first; a placement of its own is one by itself.
export function layoutsOf(table: Table): { name: string; clauses: string; isChosen: boolean }[] {
  const layouts = table.layouts.map((each) => ({
    ...each,
    isChosen: each.clauses === table.placed,
  }));
  layouts.sort((a, b) => Number(b.isChosen) - Number(a.isChosen) || a.name.localeCompare(b.name));
  if (layouts.some((each) => each.isChosen) || table.is_view) return layouts;
  return [{ name: "its own", clauses: table.placed, isChosen: true }, ...layouts];
}

/// A statement that shows the first rows.
export function previewOf(table: string): string {
  const isPlain = /^[a-z_][a-z0-9_]*$/.test(table) && table !== "time";
  return `select * from ${isPlain ? table : `"${table.replaceAll('"', '""')}"`} limit 100;`;
}
