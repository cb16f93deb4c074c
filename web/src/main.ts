import "./style.css";
import "./schema/style.css";
import "./sql/style.css";
import { CardView } from "./card";
import { ChecksView } from "./checks";
import { element } from "./dom";
import { Live } from "./live";
import { pageOf, pages, type Page } from "./pages";
import type { Report } from "./report";
import { addressOf, isHalfTyped, periodBefore, stateOf, type State } from "./state";
import { viewPages, type View, type ViewPage } from "./views";

interface Warehouse {
  version: string;
  first_day: string | null;
  last_day: string | null;
}

async function get<T>(address: string): Promise<T> {
  const response = await fetch(address);
  if (!response.ok) throw new Error((await response.text()).trim());
  return (await response.json()) as T;
}

/// The cards of a page, as its view.
class Cards implements View {
  readonly root: HTMLElement;
  private readonly cards: CardView[];
  private readonly checks: ChecksView | undefined;

  constructor(
    page: Page,
    private state: State,
    reports: Map<string, Report>,
    turn: (report: string) => void,
    open: (address: string) => void,
  ) {
    this.cards = page.cards.map((card) => {
      const report = reports.get(card.report);
      if (!report) throw new Error(`there is no report ${card.report}`);
      return new CardView(card, report, () => turn(report.name), open);
    });
    this.root = element("div", { class: "cards" }, ...this.cards.map((card) => card.root));
    if (page.hasChecks) {
      this.checks = new ChecksView();
      this.root.append(this.checks.root);
    }
    for (const card of this.cards) void card.show(state, true);
  }

  show(state: State): void {
    const before = this.state;
    this.state = state;
    const names = ["from", "to", "level", "compare"] as const;
    const isAnew = names.some((name) => before[name] !== state[name]);
    for (const card of this.cards) void card.show(state, isAnew);
  }

  async refresh(): Promise<void> {
    this.checks?.outdate();
    await Promise.all(this.cards.map((card) => card.refresh()));
  }

  repaint(): void {
    for (const card of this.cards) void card.paint();
  }

  leave(): void {
    for (const card of this.cards) card.leave();
    this.checks?.leave();
  }
}

/// The page as a whole: navigation, filters, the view of one page.
class App {
  private state: State = stateOf(new URL(location.href));
  private view: View | undefined;
  /// Grows with each page that is opened: one whose code comes late is not shown any more.
  private openings = 0;
  private readonly links: { path: string; link: HTMLAnchorElement }[];
  private readonly main = element("main", { id: "main", tabindex: "-1" });
  private readonly filters: HTMLFormElement;
  private readonly from: HTMLInputElement;
  private readonly to: HTMLInputElement;
  private readonly level: HTMLSelectElement;
  private readonly compare: HTMLInputElement;
  private readonly compareLabel: HTMLLabelElement;
  private readonly span = element("span", {});

  constructor(
    private readonly reports: Map<string, Report>,
    warehouse: Warehouse,
  ) {
    const change = () => this.choose();
    this.from = this.dayField("from");
    this.to = this.dayField("to");
    this.compare = element("input", { type: "checkbox", id: "compare", change });
    this.level = element(
      "select",
      { id: "level", change },
      element("option", { value: "" }, "all"),
      element("option", { value: "free" }, "free"),
      element("option", { value: "paid" }, "paid"),
    );
    this.compareLabel = element("label", {}, this.compare, " Compare");
    this.filters = element(
      "form",
      { class: "filters", "aria-label": "Filters", submit: (event) => event.preventDefault() },
      element("label", {}, "From ", this.from),
      element("label", {}, "To ", this.to),
      element("label", {}, "Level ", this.level),
      this.compareLabel,
      element("button", { type: "button", click: () => this.clear() }, "Clear"),
    );
    this.links = [...pages, ...viewPages.filter((page) => !page.isHidden)].map(({ path, title }) => {
      const follow = (event: Event) => {
        const { ctrlKey, metaKey, shiftKey } = event as MouseEvent;
        if (ctrlKey || metaKey || shiftKey) return;
        event.preventDefault();
        this.push(this.there(path));
      };
      return { path, link: element("a", { click: follow }, title) };
    });
    const nav = element("nav", { "aria-label": "Pages" }, ...this.links.map(({ link }) => link));
    const live = new Live(() => this.refresh());
    this.tell(warehouse);
    document.body.replaceChildren(
      element("a", { class: "skip", href: "#main" }, "Skip to the content"),
      element("div", { class: "top" }, element("strong", {}, "Sparkify"), nav, live.root),
      this.filters,
      this.main,
      element(
        "footer",
        {},
        this.span,
        ` \u00b7 version ${warehouse.version} \u00b7 `,
        element("a", { href: "/licenses.txt" }, "licenses"),
        // Over TLS are those who logged in; others have the link with the token.
        ...(location.protocol === "https:"
          ? [" \u00b7 ", element("a", { href: "/login" }, "log out")]
          : []),
      ),
    );
    addEventListener("popstate", () => this.go(stateOf(new URL(location.href))));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.view?.repaint?.());
    this.open();
  }

  /// A day is chosen when its year is complete, else when the field is left.
  private dayField(id: "from" | "to"): HTMLInputElement {
    const field: HTMLInputElement = element("input", {
      type: "date",
      id,
      change: () => {
        if (!isHalfTyped(field.value)) this.choose();
      },
      blur: () => {
        if (isHalfTyped(field.value) && field.value !== this.state[id]) this.choose();
      },
    });
    return field;
  }

  /// Which days there are.
  private tell(warehouse: Warehouse): void {
    for (const field of [this.from, this.to]) {
      field.min = warehouse.first_day ?? "";
      field.max = warehouse.last_day ?? "";
    }
    this.span.textContent = warehouse.first_day
      ? `Events from ${warehouse.first_day} to ${warehouse.last_day}, UTC`
      : "No events are loaded";
  }

  /// Something has been loaded.
  private async refresh(): Promise<void> {
    const [warehouse] = await Promise.all([
      get<Warehouse>("/api/warehouse"),
      this.view?.refresh?.(),
    ]);
    this.tell(warehouse);
  }

  /// Another state, which becomes a step of the browser's history.
  private push(state: State): void {
    history.pushState(null, "", addressOf(state));
    this.go(state);
  }

  private visit(address: string): void {
    this.push(stateOf(new URL(address, location.href)));
  }

  private go(state: State): void {
    const before = this.state;
    this.state = state;
    if (before.path !== state.path) return this.open();
    this.fill();
    this.view?.show?.(state);
  }

  private choose(): void {
    const level = this.level.value as State["level"];
    const compare = this.compare.checked;
    this.push({ ...this.state, from: this.from.value, to: this.to.value, level, compare });
  }

  private clear(): void {
    this.push({ ...this.state, from: "", to: "", level: "", compare: false });
  }

  private turn(report: string): void {
    const tables = this.state.tables.includes(report)
      ? this.state.tables.filter((each) => each !== report)
      : [...this.state.tables, report];
    this.push({ ...this.state, tables });
  }

  /// Another page, with what is chosen here.
  private there(path: string): State {
    return { ...this.state, path, tables: [] };
  }

  /// Fields and links say what the state says.
  private fill(): void {
    this.from.value = this.state.from;
    this.to.value = this.state.to;
    this.level.value = this.state.level;
    this.compare.checked = this.state.compare;
    this.compare.disabled = !periodBefore(this.state);
    this.compareLabel.title = this.compare.disabled
      ? "Choose From and To first: there is no period before one without both ends"
      : "Charts show the period before the chosen one, which is as long";
    // The same elements, so that the focus stays where it is.
    for (const { path, link } of this.links) {
      link.href = addressOf(this.there(path));
      if (path === this.state.path) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  private open(): void {
    this.view?.leave?.();
    this.view = undefined;
    this.fill();
    const { path } = this.state;
    const cards = pageOf(path);
    const page = cards ?? viewPages.find((each) => each.path === path);
    document.title = page ? `${page.title} \u00b7 Sparkify` : "Sparkify";
    this.filters.hidden = !cards && !(page as ViewPage | undefined)?.hasFilters;
    this.main.replaceChildren(element("h1", {}, page ? page.title : "There is no such page"));
    const opening = ++this.openings;
    // Keyboards and screen readers go on in the new page; they begin at the top of the first one.
    if (opening > 1) this.main.focus({ preventScroll: true });
    if (cards) {
      const turn = (report: string) => this.turn(report);
      this.place(new Cards(cards, this.state, this.reports, turn, (address) => this.visit(address)));
    } else if (page) {
      void this.load(page as ViewPage, opening);
    }
  }

  private place(view: View): void {
    this.view = view;
    this.main.append(view.root);
  }

  private async load(page: ViewPage, opening: number): Promise<void> {
    const open = (address: string) => this.visit(address);
    try {
      const view = await page.view(this.state, { open, reports: this.reports });
      if (opening === this.openings) this.place(view);
      else view.leave?.();
    } catch (error) {
      if (opening !== this.openings) return;
      const words = error instanceof Error ? error.message : String(error);
      this.main.append(element("p", { class: "wrong", role: "alert" }, words));
    }
  }
}

async function start(): Promise<void> {
  const [reports, warehouse] = await Promise.all([
    get<Report[]>("/api/reports"),
    get<Warehouse>("/api/warehouse"),
  ]);
  new App(new Map(reports.map((report) => [report.name, report])), warehouse);
}

start().catch((error: unknown) => {
  const words = error instanceof Error ? error.message : String(error);
  document.body.append(element("p", { class: "wrong", role: "alert" }, words));
});
