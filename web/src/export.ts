/// The app as one file without a server: `sparkify dashboard --export`. All pages lie below each
/// other; the rows that their cards ask for are in the page.

import "./style.css";
import "./export.css";
import { CardView } from "./card";
import { element } from "./dom";
import { pages, type Page } from "./pages";
import type { Report, Result, Value } from "./report";
import { setSource, type Source } from "./source";
import { stateOf, type State } from "./state";

/// What the program puts into the file.
interface Contents {
  version: string;
  warehouse: string;
  made_at: string;
  first_day: string | null;
  last_day: string | null;
  from: string;
  to: string;
  level: State["level"];
  reports: Report[];
  /// By report and query: `active_users?from=2018-11-01`.
  answers: Record<string, Result>;
  /// Those of them that hold the first rows only.
  cut: string[];
}

function quoted(value: Value): string {
  if (value === null) return "";
  const text = String(value);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/// The contents with numbers as the texts that the server wrote: as numbers they forget what `0.0` and
/// `1.50` end with. Browsers that do not tell the texts leave numbers.
function asWritten(text: string): Contents {
  return JSON.parse(text, (_name, value: unknown, about?: { source?: string }) =>
    typeof value === "number" ? (about?.source ?? value) : value,
  ) as Contents;
}

/// As the server writes it.
function csvOf(result: Result): string {
  const lines = [result.columns.map((column) => column.name), ...result.rows];
  return lines.map((values) => (values.map(quoted).join(",") || '""') + "\n").join("");
}

function sourceOf(contents: Contents, written: Contents): Source {
  const files = new Map<string, string>();
  const keyOf = (report: string, query: string) => report + (query && "?" + query);
  return {
    rows(report, query) {
      const found = contents.answers[keyOf(report, query)];
      return found ? Promise.resolve(found) : Promise.reject(new Error("not in this file"));
    },
    csv(report, query) {
      const key = keyOf(report, query);
      const result = written.answers[key];
      if (!result) return "#";
      const file = new Blob([csvOf(result)], { type: "text/csv" });
      if (!files.has(key)) files.set(key, URL.createObjectURL(file));
      return files.get(key)!;
    },
  };
}

function scopeOf(contents: Contents): string {
  const { from, to, level, first_day, last_day } = contents;
  if (!first_day) return "No events are loaded";
  const period = from || to ? `${from || first_day} to ${to || last_day}` : `${first_day} to ${last_day}`;
  return `Events from ${period}, UTC` + (level ? `, level ${level}` : "");
}

/// The cards of a page, and what draws them.
function place(page: Page, contents: Contents, state: State): { root: HTMLElement; cards: CardView[] } {
  const reports = new Map(contents.reports.map((report) => [report.name, report]));
  const cards = page.cards.flatMap((card) => {
    const report = reports.get(card.report);
    if (!report) return [];
    const view: CardView = new CardView(card, report, () => {
      const { name } = report;
      const isTable = state.tables.includes(name);
      state.tables = isTable ? state.tables.filter((each) => each !== name) : [...state.tables, name];
      void view.show(state, false);
    });
    // The link is named like the file that it keeps: a Blob has no name.
    view.root.querySelector("a[download]")?.setAttribute("download", `${report.name}.csv`);
    if (contents.cut.includes(report.name)) {
      view.root.append(element("p", { class: "scope" }, "The first rows only, in the CSV file too"));
    }
    return [view];
  });
  const root = element(
    "section",
    { id: page.title.toLowerCase(), "aria-label": page.title },
    element("h1", {}, page.title),
    element("div", { class: "cards" }, ...cards.map((card) => card.root)),
  );
  return { root, cards };
}

async function start(): Promise<void> {
  const textOf = (id: string) => document.getElementById(id)?.textContent ?? "";
  const text = textOf("contents");
  const contents = JSON.parse(text) as Contents;
  const licenses = textOf("licenses");
  setSource(sourceOf(contents, asWritten(text)));
  const { from, to, level } = contents;
  const state: State = { ...stateOf(new URL("file:///")), from, to, level };
  const placed = pages.map((page) => place(page, contents, state));
  document.title = `${contents.warehouse} \u00b7 Sparkify`;
  document.body.className = "report";
  const links = placed.map(({ root }, i) => element("a", { href: `#${root.id}` }, pages[i]!.title));
  document.body.replaceChildren(
    element("a", { class: "skip", href: "#main" }, "Skip to the content"),
    element(
      "div",
      { class: "top" },
      element("strong", {}, contents.warehouse),
      element("nav", { "aria-label": "Pages" }, ...links),
    ),
    element("p", { class: "filters" }, scopeOf(contents)),
    element("main", { id: "main", tabindex: "-1" }, ...placed.map(({ root }) => root)),
    element(
      "footer",
      {},
      `Written ${contents.made_at} by sparkify ${contents.version}`,
      element(
        "details",
        { class: "licenses" },
        element("summary", {}, "Licenses of what this file holds"),
        element("pre", {}, licenses),
      ),
    ),
  );
  const cards = placed.flatMap(({ cards }) => cards);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const card of cards) void card.paint();
  });
  for (const card of cards) await card.show(state, true);
}

void start();
