/// One report on a page: its title, what it means, a picture or a table, and its rows to keep.

import type { View } from "vega";
import { isComparable, isKnown, specOf } from "./charts";
import { element } from "./dom";
import { addressOfRows, ownDrillOf } from "./drill";
import type { Card } from "./pages";
import { isShare, labelOf, rowsOf, textOf, type Report, type Result, type Row } from "./report";
import { Place } from "./place";
import { source } from "./source";
import { filtersFor, periodBefore, periodDays, type State } from "./state";

/// What draws is most of the app's code: it comes while the rows are asked for.
const drawing = import("./draw");
/// Rows that a table on the page shows; all are in the file.
const mostRows = 500;

/// A link to the rows behind a figure, where there are any; else its text.
type Link = (row: Row, column: string, text: string) => Node | string;

function tableOf(report: Report, result: Result, link: Link): HTMLElement {
  const head = result.columns.map((column) => {
    const meaning = report.columns.find((each) => each.name === column.name)?.meaning ?? "";
    return element(
      "th",
      { scope: "col", class: column.kind, title: meaning },
      labelOf(column.name),
    );
  });
  const known = rowsOf(result).slice(0, mostRows);
  const lines = known.map((row) =>
    element(
      "tr",
      {},
      ...result.columns.map(({ name, kind }) => {
        const text = textOf(row[name] ?? null, name, isShare(report, name));
        return element("td", { class: kind }, link(row, name, text));
      }),
    ),
  );
  const table = element(
    "table",
    {},
    element("caption", {}, `${report.title}. One row: ${report.grain}`),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...lines),
  );
  const rest = result.rows.length - lines.length;
  const more = rest > 0 ? [element("p", {}, `and ${rest} rows more, in the CSV file`)] : [];
  const about = { role: "region", "aria-label": report.title };
  return element("div", { class: "table", tabindex: "0", ...about }, table, ...more);
}

/// `before`: of the period before, where one is chosen.
function figuresOf(
  report: Report,
  result: Result,
  columns: string[],
  before: Result | undefined,
  link: Link,
): HTMLElement {
  const [row] = rowsOf(result);
  const [old] = before ? rowsOf(before) : [];
  const words = (from: Row | undefined, name: string) =>
    textOf(from?.[name] ?? null, name, isShare(report, name));
  return element(
    "dl",
    { class: "figures" },
    ...columns.map((name) =>
      element(
        "div",
        {},
        element("dt", {}, labelOf(name)),
        element("dd", {}, row ? link(row, name, words(row, name)) : words(row, name)),
        ...(old ? [element("dd", { class: "before" }, `before: ${words(old, name)}`)] : []),
      ),
    ),
  );
}

export class CardView {
  readonly root: HTMLElement;
  private readonly place = element("div", { class: "place" });
  private readonly file = element("a", { download: true }, "CSV");
  private readonly pictures = element("span", { class: "pictures", hidden: true });
  private readonly toggle: HTMLButtonElement;
  private readonly scope = element("p", { class: "scope" });
  private view: View | undefined;
  private result: Result | undefined;
  private before: Result | undefined;
  private asked: AbortController | undefined;
  /// The answer that is on the page, as text; empty while it is none to what is asked.
  private painted = "";
  private isTable = false;
  private state: State | undefined;

  /// `open`: shows another address of the app. Without it no figure leads to its rows.
  constructor(
    private readonly card: Card,
    private readonly report: Report,
    toggled: () => void,
    private readonly open?: (address: string) => void,
  ) {
    this.toggle = element("button", { type: "button", click: toggled }, "Table");
    const buttons = element("div", { class: "buttons" }, this.file);
    for (const type of ["svg", "png"] as const) {
      const keep = element("button", { type: "button", click: () => void this.keep(type) });
      keep.textContent = type.toUpperCase();
      this.pictures.append(keep);
    }
    if (card.chart.kind !== "table") buttons.prepend(this.toggle, this.pictures);
    const id = `title-${report.name}`;
    this.root = element(
      "section",
      {
        class: card.isWide ? "card wide" : "card",
        "aria-labelledby": id,
        "data-report": report.name,
      },
      element("header", {}, element("h2", { id }, report.title), buttons),
      element("p", { class: "definition" }, report.definition),
      element("p", { class: "unit" }, `Unit: ${report.unit}`),
      this.scope,
      this.place,
    );
    if (report.caveat) {
      const text = element("p", {}, report.caveat);
      this.root.append(element("details", {}, element("summary", {}, "How it may mislead"), text));
    }
  }

  /// Shows what the state asks for; asks the server unless only the shape has changed.
  async show(state: State, isAnew: boolean): Promise<void> {
    this.state = state;
    this.isTable = this.card.chart.kind === "table" || state.tables.includes(this.report.name);
    this.toggle.setAttribute("aria-pressed", String(this.isTable));
    if (isAnew || !this.result) {
      this.painted = "";
      await this.ask(state);
    } else {
      await this.paint();
    }
  }

  /// The same question again; nothing moves unless the answer is another one. Fails, and leaves the
  /// picture as it is, when there is none.
  async refresh(): Promise<void> {
    if (this.state) await this.ask(this.state, true);
  }

  private async ask(state: State, isQuiet = false): Promise<void> {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    const { name } = this.report;
    const parameters = this.report.parameters.filter((each) => {
      return !this.card.isOfAllTime || (each !== "from" && each !== "to");
    });
    const filters = filtersFor(state, parameters);
    this.file.href = source.csv(name, filters);
    const ignored = (["from", "to", "level"] as const).filter(
      (each) => state[each] && !parameters.includes(each),
    );
    this.scope.textContent = ignored.length ? `Not filtered by ${ignored.join(" and ")}` : "";
    if (!isQuiet) this.place.setAttribute("aria-busy", "true");
    try {
      const ask = (filters: string) => source.rows(name, filters, asked.signal);
      const { chart } = this.card;
      const isCompared = chart.kind === "figures" || (state.compare && isComparable(chart));
      const period = isCompared && parameters.includes("to") ? periodBefore(state) : undefined;
      [this.result, this.before] = await Promise.all([
        ask(filters),
        period && ask(filtersFor({ ...state, ...period }, parameters)),
      ]);
      const answer = JSON.stringify([this.result, this.before]);
      if (!asked.signal.aborted && answer !== this.painted) await this.paint();
      this.painted = answer;
    } catch (error) {
      if (asked.signal.aborted) return;
      if (isQuiet && this.painted) throw error;
      this.result = undefined;
      this.painted = "";
      const words = error instanceof Error ? error.message : String(error);
      this.replace(element("p", { class: "wrong", role: "alert" }, words));
    } finally {
      if (this.asked === asked) this.place.removeAttribute("aria-busy");
    }
  }

  private replace(content: HTMLElement): void {
    this.view?.finalize();
    this.view = undefined;
    this.pictures.hidden = true;
    this.place.replaceChildren(content);
  }

  /// Draws anew, and leaves height, scroll and focus where they are.
  async paint(): Promise<void> {
    const keep = new Place(this.place);
    try {
      await this.draw();
    } finally {
      keep.restore();
    }
  }

  private async draw(): Promise<void> {
    const { chart } = this.card;
    if (!this.result) return;
    if (this.result.rows.length === 0) {
      const words = this.card.isOfAllTime ? "Nothing" : "Nothing in this period";
      return this.replace(element("p", { class: "empty" }, words));
    }
    if (this.isTable || chart.kind === "table") {
      return this.replace(tableOf(this.report, this.result, this.link));
    }
    if (chart.kind === "figures") {
      return this.replace(figuresOf(this.report, this.result, chart.columns, this.before, this.link));
    }
    const rows = rowsOf(this.result);
    if (!isKnown(chart, rows)) {
      return this.replace(element("p", { class: "empty" }, "Not known in this period"));
    }
    const canvas = element("div", { class: "chart" });
    this.replace(canvas);
    const choose = this.open && ((row: number, column: string) => this.choose(rows[row], column));
    const before = this.before && this.state && isComparable(chart) && {
      rows: rowsOf(this.before),
      days: periodDays(this.state),
    };
    const { draw } = await drawing;
    const view = await draw(canvas, specOf(this.report, chart, rows, before || undefined), choose);
    // Another picture may have taken its place by then.
    if (!canvas.isConnected) return void view.finalize();
    this.view = view;
    this.pictures.hidden = false;
  }

  /// Where the rows behind a figure are shown; nothing, where there are none.
  private addressOf(row: Row, column: string): string | undefined {
    const drill = ownDrillOf(this.report, column);
    const isFigure = typeof row[column] === "number" && row[column] !== 0;
    if (!this.open || !this.state || !drill || !isFigure) return undefined;
    return addressOfRows(this.report, drill, row, this.state);
  }

  private readonly link: Link = (row, column, text) => {
    const href = this.addressOf(row, column);
    if (!href) return text;
    const click = (event: Event) => {
      const { ctrlKey, metaKey, shiftKey } = event as MouseEvent;
      if (ctrlKey || metaKey || shiftKey) return;
      event.preventDefault();
      this.open?.(href);
    };
    return element("a", { href, click }, text);
  };

  private choose(row: Row | undefined, column: string): void {
    const address = row && this.addressOf(row, column);
    if (address) this.open?.(address);
  }

  /// The chart as a file, twice as large where it is of pixels, before what is behind it on the page:
  /// labels of a dark page cannot be read on white.
  private async keep(type: "svg" | "png"): Promise<void> {
    this.view?.background(getComputedStyle(this.root).backgroundColor);
    const href = await this.view?.toImageURL(type, 2);
    if (href) element("a", { href, download: `${this.report.name}.${type}` }).click();
  }

  leave(): void {
    this.asked?.abort();
    this.view?.finalize();
  }
}
