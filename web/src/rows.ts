/// The page of the rows behind a figure.

import { element } from "./dom";
import { pages } from "./pages";
import { labelOf, textOf, type Drill, type Report, type Result } from "./report";
import { source, type Behind } from "./source";
import { addressOf, filtersFor, type Figure, type State } from "./state";
import type { Shell, View } from "./views";

/// Rows asked for at a time; all are in the file.
const step = 500;
/// Longer texts take several lines.
const longest = 60;

export class RowsView implements View {
  readonly root = element("div", { class: "card rows" });
  private readonly way = element("p", { class: "way" });
  private readonly title = element("h2", {});
  private readonly where = element("dl", { class: "where" });
  private readonly count = element("p", { class: "count", role: "status" });
  private readonly file = element("a", { download: true }, "CSV");
  private readonly place = element("div", { class: "place" });
  private readonly more: HTMLButtonElement;
  private asked: AbortController | undefined;
  private top = step;
  /// The rows on the page, as text; empty while they are none of what is asked.
  private shown = "";

  constructor(
    private state: State,
    private readonly shell: Shell,
  ) {
    this.more = element("button", { type: "button", hidden: true, click: () => this.showMore() });
    this.root.append(
      this.way,
      element("header", {}, this.title, element("div", { class: "buttons" }, this.file)),
      this.where,
      this.count,
      this.place,
      this.more,
    );
    this.show(state);
  }

  show(state: State): void {
    this.state = state;
    this.top = step;
    this.shown = "";
    const { figure } = state;
    const report = figure && this.shell.reports.get(figure.report);
    const drill = report?.rows.find((each) => each.column === figure?.of);
    if (!figure || !report || !drill) {
      this.title.textContent = "There is no such figure";
      this.file.hidden = true;
      return;
    }
    this.title.textContent = drill.title;
    this.fillWay(report);
    this.fillWhere(figure, drill);
    void this.ask();
  }

  /// The same rows again, as the warehouse has them now. Fails, and leaves those that are shown, when
  /// the server does not say.
  refresh(): Promise<void> {
    return this.ask(true);
  }

  leave(): void {
    this.asked?.abort();
  }

  private showMore(): void {
    this.top += step;
    void this.ask();
  }

  /// To the page that the figure is on.
  private fillWay(report: Report): void {
    const page = pages.find((each) => each.cards.some((card) => card.report === report.name));
    const address = addressOf({ ...this.state, path: page?.path ?? "/", tables: [] });
    const click = (event: Event) => {
      const { ctrlKey, metaKey, shiftKey } = event as MouseEvent;
      if (ctrlKey || metaKey || shiftKey) return;
      event.preventDefault();
      this.shell.open(address);
    };
    const words = page ? `${page.title}: ${report.title}` : report.title;
    this.way.replaceChildren("Behind ", element("a", { href: address, click }, words));
  }

  /// Which figure it is: the values that say so, and the filters that hold for it.
  private fillWhere(figure: Figure, drill: Drill): void {
    const facts: [string, string][] = drill.keys.map((key) => [
      labelOf(key),
      textOf(figure.row[key] ?? null, key),
    ]);
    const filters = new URLSearchParams(this.filters(figure, drill));
    for (const [name, value] of filters) facts.push([name, value]);
    this.where.replaceChildren(
      ...facts.map(([name, value]) =>
        element("div", {}, element("dt", {}, name), element("dd", {}, value)),
      ),
    );
  }

  /// Those of the report that its rows know as well.
  private filters(figure: Figure, drill: Drill): string {
    const card = pages.flatMap((page) => page.cards).find((each) => each.report === figure.report);
    const known = this.shell.reports.get(figure.report)?.parameters ?? [];
    const names = drill.parameters.filter(
      (name) => known.includes(name) && !(card?.isOfAllTime && name !== "level"),
    );
    return filtersFor(this.state, names);
  }

  private async ask(isQuiet = false): Promise<void> {
    const { figure } = this.state;
    const report = figure && this.shell.reports.get(figure.report);
    const drill = report?.rows.find((each) => each.column === figure?.of);
    if (!figure || !drill || !source.behind) return;
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    const query = new URLSearchParams(this.filters(figure, drill));
    query.set("of", figure.of);
    query.set("row", JSON.stringify(figure.row));
    this.file.href = source.behind.csv(figure.report, query.toString());
    query.set("top", String(this.top));
    if (!isQuiet) this.place.setAttribute("aria-busy", "true");
    try {
      const answer = await source.behind.rows(figure.report, query.toString(), asked.signal);
      if (!asked.signal.aborted) this.paint(drill, answer);
    } catch (error) {
      if (asked.signal.aborted) return;
      if (isQuiet && this.shown) throw error;
      const words = error instanceof Error ? error.message : String(error);
      this.place.replaceChildren(element("p", { class: "wrong", role: "alert" }, words));
      this.shown = "";
    } finally {
      if (this.asked === asked) this.place.removeAttribute("aria-busy");
    }
  }

  private paint(drill: Drill, answer: Behind): void {
    const words = new Intl.NumberFormat("en").format(answer.count);
    const rest = answer.count - answer.rows.length;
    this.count.textContent =
      `${words} ${answer.count === 1 ? "row" : "rows"}. One row: ${drill.grain}. ` +
      (rest > 0 ? `The first ${answer.rows.length} are shown.` : "");
    this.more.hidden = rest <= 0;
    this.more.textContent = `Show ${Math.min(step, rest)} more`;
    const text = JSON.stringify(answer.rows);
    if (text === this.shown) return;
    this.shown = text;
    const { scrollTop, scrollLeft } = this.place.firstElementChild ?? { scrollTop: 0, scrollLeft: 0 };
    const table = tableOf(drill, answer);
    this.place.replaceChildren(table);
    table.scrollTo(scrollLeft, scrollTop);
  }
}

function tableOf(drill: Drill, result: Result): HTMLElement {
  const head = result.columns.map((column) => {
    const meaning = drill.columns.find((each) => each.name === column.name)?.meaning ?? "";
    const attributes = { scope: "col", class: column.kind, title: meaning };
    return element("th", attributes, labelOf(column.name));
  });
  const lines = result.rows.map((row) =>
    element(
      "tr",
      {},
      ...result.columns.map((column, i) => {
        const text = textOf(row[i] ?? null, column.name);
        return element("td", { class: text.length > longest ? "long" : column.kind }, text);
      }),
    ),
  );
  return element(
    "div",
    { class: "table tall", tabindex: "0", role: "region", "aria-label": drill.title },
    element(
      "table",
      {},
      element("caption", {}, drill.definition),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...lines),
    ),
  );
}
