/// The SQL editor: tabs of text, their runs, and what comes of them.

import { element } from "../dom";
import type { View } from "../views";
import { get, queries, run, type EditorInfo, type Names } from "./ask";
import { Code } from "./code";
import { Outcome } from "./outcome";
import { Side } from "./side";
import { addPast, isUnsaved, nextTab, SharedTabs, type Kept, type Tab } from "./store";
import { summaryOf, timeText, type Result } from "./stream";
import { TabBar } from "./tabs";

const whole = new Intl.NumberFormat("en");

/// One press of Run: its text, where that stood, and the results.
interface Running {
  tab: number;
  text: string;
  from: number;
  isPlan: boolean;
  begun: number;
  stop: AbortController;
  results: Result[];
}

/// The statement that gave a result, to be run again by itself.
function textOf(running: Running, of: Result): string {
  const text = running.text.slice(of.from, of.to);
  return running.isPlan && !/^explain\b/i.test(text) ? `explain ${text}` : text;
}

export class Editor implements View {
  readonly root: HTMLElement;
  private readonly shared = new SharedTabs(localStorage);
  private readonly kept: Kept = this.shared.kept;
  private readonly code: Code;
  private readonly side: Side;
  private readonly bar: TabBar;
  private readonly outcomes = element("div", { class: "outcomes" });
  private readonly status = element("span", { role: "status" });
  /// Beside it and unheard: a screen reader would tell every second.
  private readonly seconds = element("span", { class: "seconds", "aria-hidden": "true" });
  private readonly runButton: HTMLButtonElement;
  private readonly cancelButton: HTMLButtonElement;
  private shown: Outcome[] = [];
  private running: Running | undefined;
  private clock: ReturnType<typeof setInterval> | undefined;
  private keeper: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly info: EditorInfo) {
    this.code = new Code({
      run: () => void this.run(),
      changed: (text) => this.change(text),
      selected: () => this.label(),
    });
    this.side = new Side(info.keeps_queries, {
      open: (name, text) => this.open(name, text),
      use: (text) => this.open(null, text),
      removed: (name) => this.unname(name),
    });
    this.bar = new TabBar({
      choose: (id) => this.choose(id),
      add: () => this.open(null, ""),
      close: (id) => this.close(id),
    });
    const button = (label: string, click: () => void) =>
      element("button", { type: "button", click }, label);
    this.runButton = button("Run all", () => void this.run());
    this.runButton.title = "Ctrl+Enter";
    this.runButton.classList.add("main");
    this.cancelButton = button("Cancel", () => this.cancel());
    this.cancelButton.disabled = true;
    const tools = element(
      "div",
      { class: "tools", role: "toolbar", "aria-label": "Statement" },
      this.runButton,
      this.cancelButton,
      button("Explain", () => void this.run(true)),
      ...(info.keeps_queries
        ? [button("Save", () => void this.save(false)), button("Save as\u2026", () => void this.save(true))]
        : []),
      element("p", { class: "status" }, this.status, this.seconds),
    );
    const panel = element(
      "div",
      { class: "panel", id: "sql-panel", role: "tabpanel", "aria-label": "Statements" },
      this.code.root,
    );
    this.root = element(
      "div",
      { class: "editor" },
      this.notice(),
      element("div", { class: "bench" }, this.bar.root, panel, tools, this.outcomes),
      this.side.root,
    );
    this.choose(this.kept.active);
    addEventListener("pagehide", this.keepNow);
    addEventListener("storage", this.join);
    get<Names>("/api/sql/names")
      .then((names) => this.code.complete(names))
      .catch(() => undefined); // Without names the editor is still one.
  }

  private notice(): HTMLElement {
    const { is_writable, rows, bytes, seconds } = this.info;
    const limits =
      `A run shows ${whole.format(rows)} rows or ${Math.round(bytes / (1 << 20))} MiB at most; ` +
      `exports have all. ${seconds > 0 ? `Statements may take ${seconds} s. ` : ""}` +
      "A run is a session of its own: temporary tables and open transactions end with it.";
    return is_writable
      ? element(
          "p",
          { class: "access writable", role: "note" },
          element("b", {}, "Statements here can change the warehouse"),
          ` (--web-writable). ${limits}`,
        )
      : element("p", { class: "access", role: "note" }, `Reads only. ${limits}`);
  }

  private get tab(): Tab {
    return this.kept.tabs.find((tab) => tab.id === this.kept.active) ?? this.kept.tabs[0]!;
  }

  private readonly keepNow = (): void => {
    clearTimeout(this.keeper);
    this.keeper = undefined;
    const { isKept, isChanged } = this.shared.keep();
    if (isChanged) this.showTabs();
    if (!isKept) this.status.textContent = "The browser has no room to keep these tabs";
  };

  /// Another window of the browser has kept its tabs.
  private readonly join = (): void => {
    if (this.shared.join()) this.showTabs();
  };

  private showTabs(): void {
    if (!this.code.shows(this.tab.id, this.tab.text)) this.code.show(this.tab.id, this.tab.text);
    this.bar.show(this.kept);
    this.label();
  }

  private keep(): void {
    this.keeper ??= setTimeout(this.keepNow, 300);
  }

  private change(text: string): void {
    this.tab.text = text;
    this.keep();
  }

  private choose(id: number): void {
    this.kept.active = id;
    this.code.show(id, this.tab.text);
    this.bar.show(this.kept);
    this.label();
    this.keep();
  }

  /// A tab of its own; one that is empty and no saved query's is used.
  private open(query: string | null, text: string): void {
    this.join(); // its number is not another window's
    const old = this.kept.tabs.find((tab) => query !== null && tab.query === query);
    const isFree = text !== "" && this.tab.query === null && !isUnsaved(this.tab);
    const tab = old ?? (isFree ? this.tab : nextTab(this.kept.tabs));
    if (!this.kept.tabs.includes(tab)) this.kept.tabs.push(tab);
    const isLost = old && old.text !== text && isUnsaved(old);
    if (!isLost || confirm(`Read "${query}" again? What is in its tab goes.`)) {
      tab.text = text;
      if (query !== null) tab.saved = text;
    }
    if (query !== null) [tab.query, tab.title] = [query, query];
    this.choose(tab.id);
    this.keepNow();
    this.code.focus();
  }

  private close(id: number): void {
    const at = this.kept.tabs.findIndex((tab) => tab.id === id);
    const tab = this.kept.tabs[at];
    if (!tab) return;
    const lost = tab.query ? "What is not saved of it goes." : "Its text goes.";
    if (isUnsaved(tab) && !confirm(`Close "${tab.title}"? ${lost}`)) return;
    this.kept.tabs.splice(at, 1);
    this.code.forget(id);
    if (this.kept.tabs.length === 0) this.kept.tabs.push(nextTab([]));
    const next = this.kept.tabs[Math.min(at, this.kept.tabs.length - 1)]!;
    this.choose(this.kept.active === id ? next.id : this.kept.active);
    this.keepNow();
  }

  private label(): void {
    this.runButton.textContent = this.code.chosen().isAll ? "Run all" : "Run selection";
  }

  private async save(asAnother: boolean): Promise<void> {
    const { tab } = this;
    const { text } = tab;
    const isNew = asAnother || !tab.query;
    const name = isNew ? prompt("Name of the query", tab.query ?? tab.title)?.trim() : tab.query;
    if (!name) return;
    const isSaved = await this.side.tell(`Saved ${name}`, async () => {
      const isThere = isNew && (await queries.list()).some((query) => query.name === name);
      if (isThere && !confirm(`Replace the query "${name}"?`)) throw new Error("Not saved");
      await queries.keep(name, text);
    });
    if (!isSaved) return;
    [tab.query, tab.title, tab.saved] = [name, name, text];
    this.bar.show(this.kept);
    this.keepNow();
    await this.side.tell(`Saved ${name}`, () => this.side.list());
  }

  /// A saved query is gone: what its tab holds is nowhere else.
  private unname(query: string): void {
    for (const tab of this.kept.tabs.filter((each) => each.query === query)) tab.query = null;
    this.keepNow();
  }

  // --- runs ---

  private async run(isPlan = false): Promise<void> {
    const chosen = this.code.chosen();
    if (this.running || chosen.text.trim() === "") return;
    const running: Running = {
      tab: this.tab.id,
      text: chosen.text,
      from: chosen.from,
      isPlan,
      begun: performance.now(),
      stop: new AbortController(),
      results: [],
    };
    this.begin(running);
    let words = "";
    try {
      await run(running.text, isPlan, running.results, () => this.paint(), running.stop.signal);
      words = this.outcomeOf(running);
    } catch (error) {
      const time = timeText((performance.now() - running.begun) / 1000);
      const isStopped = running.stop.signal.aborted;
      words = isStopped ? `cancelled after ${time}` : error instanceof Error ? error.message : String(error);
      for (const outcome of this.shown) outcome.stop(words);
    }
    this.end(running, words);
  }

  private begin(running: Running): void {
    this.running = running;
    this.code.unmark();
    for (const outcome of this.shown) outcome.leave();
    this.shown = [];
    this.outcomes.replaceChildren();
    this.runButton.disabled = true;
    this.cancelButton.disabled = false;
    const tell = () => {
      const seconds = (performance.now() - running.begun) / 1000;
      this.seconds.textContent = ` for ${seconds.toFixed(0)} s`;
    };
    this.status.textContent = "running";
    this.clock = setInterval(tell, 1000);
  }

  private end(running: Running, words: string): void {
    clearInterval(this.clock);
    this.seconds.textContent = "";
    this.paint();
    this.running = undefined;
    this.runButton.disabled = false;
    this.cancelButton.disabled = true;
    this.status.textContent = words;
    addPast(localStorage, { text: running.text, at: Date.now(), outcome: words });
    this.side.showPast();
    const wrong = running.results.find((result) => result.failure?.at != null);
    if (wrong) this.mark(running, wrong);
  }

  private outcomeOf(running: Running): string {
    const { results } = running;
    if (results.length === 0) return "there is no statement";
    if (results.length === 1) return summaryOf(results[0]!);
    const time = timeText((performance.now() - running.begun) / 1000);
    const isWrong = results.some((result) => result.failure);
    return `${results.length} statements, ${time}${isWrong ? ", the last one failed" : ""}`;
  }

  private cancel(): void {
    this.running?.stop.abort();
  }

  private paint(): void {
    const { running } = this;
    if (!running) return;
    for (const [i, result] of running.results.entries()) {
      const outcome = this.shown[i];
      if (outcome) {
        outcome.update();
        continue;
      }
      const added = new Outcome(result, i + 1, {
        textOf: (of) => textOf(running, of),
        fileName: () => this.kept.tabs.find((tab) => tab.id === running.tab)?.title ?? "result",
        placeOf: (of) => this.placeOf(running, of),
        show: (of) => this.mark(running, of),
      });
      this.shown.push(added);
      this.outcomes.append(added.root);
    }
  }

  private placeOf(running: Running, result: Result): string {
    const at = result.failure?.at;
    if (at == null || running.tab !== this.kept.active) return "";
    return this.code.placeText(Math.max(0, running.from + at));
  }

  private mark(running: Running, result: Result): void {
    const at = result.failure?.at;
    if (at == null || running.tab !== this.kept.active) return;
    this.code.mark(Math.max(0, running.from + at), result.failure!.message);
  }

  repaint(): void {
    for (const outcome of this.shown) outcome.repaint();
  }

  leave(): void {
    this.cancel();
    clearInterval(this.clock);
    removeEventListener("pagehide", this.keepNow);
    removeEventListener("storage", this.join);
    this.keepNow();
    for (const outcome of this.shown) outcome.leave();
    this.code.leave();
  }
}

export async function editorView(): Promise<View> {
  return new Editor(await get<EditorInfo>("/api/sql"));
}
