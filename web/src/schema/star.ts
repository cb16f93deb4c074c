/// The schema page: the star as a picture, and each table with its columns.

import { element } from "../dom";
import { Place } from "../place";
import { get } from "../sql/ask";
import { keepTabs, keptTabs, nextTab } from "../sql/store";
import type { Shell, View } from "../views";
import {
  headHeight,
  layoutOf,
  layoutsOf,
  lineHeight,
  previewOf,
  sizeText,
  width,
  type Box,
  type Table,
} from "./layout";

function svg(
  tag: string,
  attributes: Record<string, string | number>,
  ...children: (Node | string)[]
): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

function textLine(x: number, y: number, kind: string, text: string): SVGElement {
  return svg("text", { x, y, class: kind }, text);
}

const titles = {
  fact: "Facts",
  dimension: "Dimensions",
  other: "Other tables",
  internal: "What the load keeps for itself",
};

async function askTables(): Promise<Table[]> {
  return (await get<{ tables: Table[] }>("/api/schema")).tables;
}

class Star implements View {
  readonly root = element("div", { class: "star" });
  private readonly edges = new Map<string, SVGElement[]>();

  constructor(
    private tables: Table[],
    private readonly shell: Shell,
  ) {
    this.fill();
  }

  private fill(): void {
    this.edges.clear();
    const groups = (["fact", "dimension", "other", "internal"] as const).flatMap((role) => {
      const found = this.tables.filter((table) => table.role === role);
      if (found.length === 0) return [];
      const sections = found.map((table) => this.section(table));
      return [element("h2", {}, titles[role]), element("div", { class: "cards" }, ...sections)];
    });
    this.root.replaceChildren(this.diagram(), ...groups);
  }

  /// Rows and sizes after a load; a reader stays where they are.
  async refresh(): Promise<void> {
    const tables = await askTables();
    if (JSON.stringify(tables) === JSON.stringify(this.tables)) return;
    this.tables = tables;
    const keep = new Place(this.root);
    this.fill();
    keep.restore();
  }

  private diagram(): HTMLElement {
    const { boxes, edges, width, height } = layoutOf(this.tables);
    const picture = svg("svg", {
      viewBox: `0 0 ${width} ${height}`,
      role: "group",
      "aria-label": "Diagram of the star; each table is described below",
    });
    for (const edge of edges) {
      const line = svg(
        "path",
        { d: edge.path, class: "edge", "aria-hidden": "true" },
        svg("title", {}, `${edge.from}.${edge.column} refers to ${edge.to}`),
      );
      for (const end of [edge.from, edge.to]) {
        this.edges.set(end, [...(this.edges.get(end) ?? []), line]);
      }
      picture.append(line);
    }
    for (const box of boxes) picture.append(...this.box(box));
    const attributes = { class: "diagram", tabindex: "0", role: "region", "aria-label": "Diagram" };
    return element("div", attributes, picture);
  }

  /// A link with a name of its own, and its words, which are for the eye.
  private box({ table, shown, x, y, height }: Box): SVGElement[] {
    const refers = shown.filter((column) => column.references).map((column) => column.references);
    const others = new Set(refers).size > 0 ? `, refers to ${[...new Set(refers)].join(", ")}` : "";
    const more = table.columns.length - shown.length;
    const transform = `translate(${x},${y})`;
    const group = svg(
      "g",
      {
        class: `box ${table.role}`,
        transform,
        role: "link",
        tabindex: 0,
        "data-table": table.name,
        "aria-label": `${table.name}, ${table.role}, ${sizeText(table)}${others}`,
      },
      svg("title", {}, `${table.purpose} One row: ${table.grain}`),
      svg("rect", { width, height, rx: 8 }),
    );
    const words = svg(
      "g",
      { class: "words", transform, "aria-hidden": "true" },
      textLine(12, 20, "name", table.name),
      textLine(12, 36, "size", sizeText(table)),
      ...shown.map((column, i) =>
        textLine(
          12,
          headHeight + (i + 0.7) * lineHeight,
          column.is_key ? "key" : "column",
          `${column.is_key ? "\u25c6 " : "\u2192 "}${column.name}`,
        ),
      ),
      ...(more > 0
        ? [textLine(12, headHeight + (shown.length + 0.7) * lineHeight, "size", `and ${more} more`)]
        : []),
    );
    const follow = () => this.follow(table.name);
    group.addEventListener("click", follow);
    group.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Enter") follow();
    });
    for (const [event, isLit] of [
      ["pointerenter", true],
      ["pointerleave", false],
      ["focus", true],
      ["blur", false],
    ] as const) {
      group.addEventListener(event, () => this.light(table.name, isLit));
    }
    return [group, words];
  }

  private light(table: string, isLit: boolean): void {
    for (const line of this.edges.get(table) ?? []) line.classList.toggle("lit", isLit);
  }

  private follow(table: string): void {
    const section = document.getElementById(`table-${table}`);
    section?.scrollIntoView({ block: "start" });
    section?.focus();
  }

  private section(table: Table): HTMLElement {
    const id = `table-${table.name}`;
    const preview = () => this.preview(table.name);
    const label = `Preview rows of ${table.name}`;
    const facts: [string, string][] = [
      ["One row", table.grain],
      ["Holds", sizeText(table)],
    ];
    return element(
      "section",
      { class: "card", id, tabindex: "-1", "aria-labelledby": `${id}-title` },
      element(
        "header",
        {},
        element("h3", { id: `${id}-title` }, table.name),
        element(
          "div",
          { class: "buttons" },
          element("button", { type: "button", click: preview, "aria-label": label }, "Preview rows"),
        ),
      ),
      element("p", { class: "definition" }, table.purpose),
      element(
        "dl",
        { class: "about" },
        ...facts
          .filter(([, text]) => text)
          .flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]),
      ),
      ...this.layouts(table),
      element(
        "div",
        { class: "table", tabindex: "0", role: "region", "aria-label": `Columns of ${table.name}` },
        this.columns(table),
      ),
    );
  }

  private layouts(table: Table): HTMLElement[] {
    const layouts = layoutsOf(table);
    if (layouts.length === 0) return [];
    const items = layouts.map((each) =>
      element(
        "li",
        { class: each.isChosen ? "chosen" : "" },
        element("b", {}, each.name),
        ": ",
        element("code", {}, each.clauses),
        ...(each.isChosen ? [" (as it is here)"] : []),
      ),
    );
    return [
      element("p", { class: "unit" }, "Distribution and sort key on Redshift, by layout"),
      element("ul", { class: "layouts" }, ...items),
    ];
  }

  private columns(table: Table): HTMLElement {
    const head = ["Column", "Type", "Role"].map((name) => element("th", { scope: "col" }, name));
    const lines = table.columns.map((column) => {
      const roles = [
        ...(column.is_key ? ["key"] : []),
        ...(column.references ? [`refers to ${column.references}`] : []),
        ...(column.is_required && !column.is_key ? ["not null"] : []),
      ];
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, column.name),
        element("td", {}, column.type),
        element("td", {}, roles.join(", ")),
      );
    });
    return element(
      "table",
      {},
      element("caption", {}, `${table.columns.length} columns`),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...lines),
    );
  }

  /// The editor opens with a tab for it.
  private preview(table: string): void {
    const kept = keptTabs(localStorage);
    const text = previewOf(table);
    let tab = kept.tabs.find((each) => each.text === text);
    if (!tab) kept.tabs.push((tab = { ...nextTab(kept.tabs), title: table, text }));
    keepTabs(localStorage, { ...kept, active: tab.id });
    this.shell.open("/sql");
  }
}

export async function starView(_state: unknown, shell: Shell): Promise<View> {
  return new Star(await askTables(), shell);
}
