/// Rows of a result as a grid that draws only those on the screen.

import { element } from "../dom";
import type { Cell, ColumnInfo } from "./stream";
import { rowHeight, scrollTo, windowOf } from "./window";

const sampledRows = 200;
const longestTitle = 2_000;
const [narrowest, widest] = [6, 48];

/// In characters, by the name and the first rows.
function widthOf(column: ColumnInfo, index: number, rows: Cell[][]): number {
  let width = column.name.length + (column.type ?? "").length + 3;
  for (const row of rows.slice(0, sampledRows)) {
    width = Math.max(width, (row[index] ?? "NULL").length + 2);
  }
  return Math.min(Math.max(width, narrowest), widest);
}

export class Grid {
  readonly root: HTMLElement;
  private readonly body = element("div", { class: "grid-body", role: "rowgroup" });
  private readonly head: HTMLElement;
  private widths: number[] = [];
  private row = 0;
  private column = 0;
  private drawn = "";
  private isAsked = false;
  private readonly watcher = new ResizeObserver(() => this.ask());

  constructor(
    private readonly columns: ColumnInfo[],
    private readonly rows: Cell[][],
    label: string,
  ) {
    const names = columns.map((column, i) =>
      element(
        "div",
        { role: "columnheader", class: `cell ${column.kind}`, "aria-colindex": String(i + 1) },
        element("b", {}, column.name),
        " ",
        element("span", {}, column.type ?? ""),
      ),
    );
    this.head = element("div", { class: "grid-head", role: "row", "aria-rowindex": "1" }, ...names);
    this.root = element(
      "div",
      {
        class: "grid",
        role: "grid",
        tabindex: "0",
        "aria-label": label,
        "aria-colcount": String(columns.length),
        keydown: (event) => this.press(event as KeyboardEvent),
        scroll: () => this.ask(),
      },
      element("div", { role: "rowgroup", class: "grid-top" }, this.head),
      this.body,
    );
    this.root.addEventListener("pointerdown", (event) => this.point(event));
    this.watcher.observe(this.root);
  }

  /// There are more rows, or they are to be drawn at last.
  update(): void {
    this.root.setAttribute("aria-rowcount", String(this.rows.length + 1));
    if (this.widths.length === 0 && this.rows.length > 0) this.measure();
    this.drawn = "";
    this.ask();
  }

  leave(): void {
    this.watcher.disconnect();
  }

  private measure(): void {
    this.widths = this.columns.map((column, i) => widthOf(column, i, this.rows));
    [...this.head.children].forEach((cell, i) => this.size(cell as HTMLElement, i));
  }

  private size(cell: HTMLElement, column: number): void {
    const width = this.widths[column];
    if (width) cell.style.width = `${width}ch`;
  }

  private seen(): number {
    return Math.max(this.root.clientHeight - this.head.offsetHeight, rowHeight);
  }

  /// Draws once before the next picture, however often it is asked to.
  private ask(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame(() => {
      this.isAsked = false;
      if (this.root.isConnected) this.draw();
    });
  }

  private draw(): void {
    const { first, last, top, height } = windowOf(this.rows.length, this.root.scrollTop, this.seen());
    this.body.style.height = `${height}px`;
    this.body.style.width = `${this.head.offsetWidth}px`;
    const wanted = `${first}-${last}-${this.row}-${this.column}`;
    const lines = wanted === this.drawn ? null : this.rows.slice(first, last);
    if (lines) {
      this.drawn = wanted;
      this.body.replaceChildren(...lines.map((cells, i) => this.line(cells, first + i)));
    }
    [...this.body.children].forEach((line, i) => {
      (line as HTMLElement).style.transform = `translateY(${top + i * rowHeight}px)`;
    });
  }

  private line(cells: Cell[], row: number): HTMLElement {
    const drawn = this.columns.map((column, i) => {
      const value = cells[i] ?? null;
      const isActive = row === this.row && i === this.column;
      const cell = element(
        "div",
        {
          role: "gridcell",
          class: `cell ${column.kind}${value === null ? " null" : ""}`,
          "aria-colindex": String(i + 1),
          title: (value ?? "NULL").slice(0, longestTitle),
          ...(isActive ? { id: this.activeId(), "aria-selected": "true" } : {}),
        },
        value ?? "NULL",
      );
      this.size(cell, i);
      return cell;
    });
    const attributes = { role: "row", class: "line", "aria-rowindex": String(row + 2) };
    return element("div", attributes, ...drawn);
  }

  private static count = 0;
  private readonly number = ++Grid.count;
  private activeId(): string {
    return `cell-${this.number}`;
  }

  private press(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.seen() / rowHeight) - 1);
    const whole = event.ctrlKey || event.metaKey;
    const steps: Record<string, [number, number]> = {
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      PageDown: [page, 0],
      PageUp: [-page, 0],
      Home: whole ? [-Infinity, -Infinity] : [0, -Infinity],
      End: whole ? [Infinity, Infinity] : [0, Infinity],
    };
    if (whole && event.key === "c" && !getSelection()?.toString()) return this.copy(event);
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    this.go(this.row + step[0], this.column + step[1]);
  }

  private go(row: number, column: number): void {
    this.row = Math.min(Math.max(row, 0), Math.max(this.rows.length - 1, 0));
    this.column = Math.min(Math.max(column, 0), this.columns.length - 1);
    this.root.scrollTop = scrollTo(this.row, this.rows.length, this.root.scrollTop, this.seen());
    this.draw();
    this.root.setAttribute("aria-activedescendant", this.activeId());
    const cell = this.root.querySelector<HTMLElement>(`#${this.activeId()}`);
    if (!cell) return;
    const { scrollLeft, clientWidth } = this.root;
    const [left, right] = [cell.offsetLeft, cell.offsetLeft + cell.offsetWidth];
    if (left < scrollLeft) this.root.scrollLeft = left;
    else if (right > scrollLeft + clientWidth) this.root.scrollLeft = right - clientWidth;
  }

  private point(event: PointerEvent): void {
    const cell = (event.target as Element).closest('[role="gridcell"]');
    const line = cell?.closest('[role="row"]');
    if (!cell || !line) return;
    this.row = Number(line.getAttribute("aria-rowindex")) - 2;
    this.column = Number(cell.getAttribute("aria-colindex")) - 1;
    this.ask();
  }

  private copy(event: KeyboardEvent): void {
    const value = this.rows[this.row]?.[this.column];
    if (value === undefined) return;
    event.preventDefault();
    void navigator.clipboard?.writeText(value ?? "");
  }
}
