/// Results of one run on the page: for each statement what came of it, as grid, chart and file.

import type { View } from "vega";
import { isKnown, specOf } from "../charts";
import { element } from "../dom";
import { draw } from "../draw";
import { exportAddress } from "./ask";
import { Grid } from "./grid";
import { chartOf, guess, kinds, mostDrawn, namesOf, reportOf, valuesOf, type Quick } from "./guess";
import { summaryOf, type Result } from "./stream";

export const formats = ["csv", "json", "parquet", "xlsx"] as const;

const longestTitle = 120;

/// A result whose rows are lines of a drawing: the plan of EXPLAIN, what COPY writes.
function isDrawing(result: Result): boolean {
  return result.columns.length === 1 && result.columns[0]!.name.toLowerCase() === "query plan";
}

export interface Surroundings {
  /// The text of a statement.
  textOf: (result: Result) => string;
  /// What an export is called.
  fileName: () => string;
  /// Shows the place of an error in the editor, and says where it is.
  placeOf: (result: Result) => string;
  show: (result: Result) => void;
}

export class Outcome {
  readonly root: HTMLElement;
  private readonly summary = element("p", { class: "summary" });
  private readonly notices = element("ul", { class: "notices" });
  private readonly place = element("div", { class: "outcome-place" });
  private readonly buttons = element("div", { class: "buttons" });
  private readonly wrong = element("p", { class: "wrong", role: "status" });
  private grid: Grid | undefined;
  private view: View | undefined;
  private quick: Quick | undefined;
  private isChart = false;
  private isSettled = false;

  constructor(
    readonly result: Result,
    private readonly number: number,
    private readonly around: Surroundings,
  ) {
    const text = around.textOf(result).replace(/\s+/g, " ");
    const title = text.length > longestTitle ? text.slice(0, longestTitle) + "\u2026" : text;
    const id = `outcome-${number}`;
    this.root = element(
      "section",
      { class: "card outcome", "aria-labelledby": id },
      element("header", {}, element("h2", { id }, title || "Statement"), this.buttons),
      this.summary,
      this.notices,
      this.wrong,
      this.place,
    );
    this.update();
  }

  /// The result has grown.
  update(): void {
    if (this.isSettled) return;
    const { result } = this;
    this.isSettled = result.isOver;
    this.summary.textContent = summaryOf(result);
    this.notices.replaceChildren(...result.notices.map((text) => element("li", {}, text)));
    if (result.failure) this.fail();
    if (result.columns.length > 0) this.showRows();
    if (result.isOver && result.columns.length > 0 && this.buttons.childElementCount === 0) {
      this.offer();
    }
  }

  /// It was ended from here.
  stop(words: string): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.summary.textContent = words;
    if (this.result.columns.length > 0) this.showRows();
  }

  private fail(): void {
    const { message, detail, hint, state } = this.result.failure!;
    const where = this.around.placeOf(this.result);
    this.wrong.setAttribute("role", "alert");
    this.wrong.replaceChildren(
      element("b", {}, `${message}`),
      ...(state ? [` [${state}]`] : []),
      ...(where
        ? [
            " at ",
            element("button", { type: "button", click: () => this.around.show(this.result) }, where),
          ]
        : []),
      ...(detail ? [element("br"), detail] : []),
      ...(hint ? [element("br"), `hint: ${hint}`] : []),
    );
  }

  private showRows(): void {
    const { columns, rows } = this.result;
    if (this.isChart) return;
    if (isDrawing(this.result)) {
      const lines = rows.map((row) => row[0] ?? "").join("\n");
      const attributes = { class: "plan", tabindex: "0", role: "region", "aria-label": "Query plan" };
      this.place.replaceChildren(element("pre", attributes, lines));
      return;
    }
    this.grid ??= new Grid(columns, rows, `Rows of statement ${this.number}`);
    if (!this.grid.root.isConnected) this.place.replaceChildren(this.grid.root);
    this.grid.root.style.height = `${Math.min(rows.length + 1, 16) * 24 + 20}px`;
    this.grid.update();
  }

  private offer(): void {
    this.quick = guess(this.result.columns, this.result.rows);
    if (this.quick && this.result.rows.length > 0) {
      const toggle = element("button", { type: "button", "aria-pressed": "false" }, "Chart");
      toggle.addEventListener("click", () => {
        this.isChart = !this.isChart;
        toggle.setAttribute("aria-pressed", String(this.isChart));
        if (this.isChart) void this.chart();
        else this.unchart();
      });
      this.buttons.append(toggle);
    }
    for (const format of formats) {
      const label = `Export all rows as ${format.toUpperCase()}`;
      const keep = () => void this.keep(format);
      this.buttons.append(
        element(
          "button",
          { type: "button", click: keep, "aria-label": label, title: label },
          format.toUpperCase(),
        ),
      );
    }
  }

  /// The statement runs again, and its rows go to a file without passing through this page.
  private async keep(format: string): Promise<void> {
    try {
      const name = this.around.fileName();
      const href = await exportAddress(this.around.textOf(this.result), format, name);
      const link = element("a", { href, download: `${name}.${format}` });
      document.body.append(link);
      link.click();
      link.remove();
    } catch (error) {
      this.wrong.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  private unchart(): void {
    this.view?.finalize();
    this.view = undefined;
    this.place.replaceChildren();
    this.showRows();
  }

  private async chart(): Promise<void> {
    const { columns, rows } = this.result;
    const quick = this.quick!;
    const values = valuesOf(columns, rows);
    const canvas = element("div", { class: "chart" });
    const chart = chartOf(quick);
    const select = (
      label: string,
      options: (readonly [value: string, name: string])[],
      chosen: string | number,
      set: (to: string) => void,
    ) => {
      const field = element("select", {
        "aria-label": label,
        change: (event) => {
          set((event.target as HTMLSelectElement).value);
          void this.chart();
        },
      });
      for (const [value, name] of options) {
        field.append(element("option", { value, selected: value === String(chosen) }, name));
      }
      return element("label", {}, `${label} `, field);
    };
    const all = namesOf(columns).map((name, i) => [String(i), name] as const);
    const numbers = all.filter((_, i) => columns[i]!.kind === "number");
    const forms = kinds.map((kind) => [kind, kind] as const);
    const cut = rows.length > mostDrawn ? [element("p", {}, `of the first ${mostDrawn} rows`)] : [];
    this.place.replaceChildren(
      element(
        "div",
        { class: "choices" },
        select("Chart", forms, quick.kind, (to) => (quick.kind = to as Quick["kind"])),
        select("Value", numbers, quick.y, (to) => (quick.y = Number(to))),
        select("Across", all, quick.x, (to) => (quick.x = Number(to))),
      ),
      ...cut,
      canvas,
    );
    this.view?.finalize();
    this.view = undefined;
    if (!isKnown(chart, values)) {
      canvas.replaceChildren(element("p", { class: "empty" }, "Nothing to draw"));
      return;
    }
    this.view = await draw(canvas, specOf(reportOf(columns, quick), chart, values));
  }

  repaint(): void {
    if (this.isChart) void this.chart();
  }

  leave(): void {
    this.grid?.leave();
    this.view?.finalize();
  }
}
