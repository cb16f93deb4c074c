/// Beside the editor: kept queries and what ran before.

import { element } from "../dom";
import { queries, type Query } from "./ask";
import { pastOf } from "./store";

const shownPast = 50;
const longestTitle = 80;

export class Side {
  readonly root: HTMLElement;
  private readonly kept = element("ul", { class: "kept" });
  private readonly past = element("ul", { class: "past" });
  private readonly said = element("p", { class: "quiet", role: "status" });

  constructor(
    private readonly keeps: boolean,
    private readonly does: {
      open: (name: string, text: string) => void;
      use: (text: string) => void;
      removed: (name: string) => void;
    },
  ) {
    const about = keeps ? "Files beside the warehouse" : "A warehouse in memory keeps none";
    this.root = element(
      "aside",
      { class: "side", "aria-label": "Queries" },
      element(
        "details",
        { open: true },
        element("summary", {}, "Saved queries"),
        element("p", { class: "quiet" }, about),
        this.said,
        this.kept,
      ),
      element("details", {}, element("summary", {}, "History of this browser"), this.past),
    );
    void this.list();
    this.showPast();
  }

  async list(): Promise<void> {
    if (!this.keeps) return;
    await this.tell("", async () => {
      const found = await queries.list();
      this.kept.replaceChildren(...found.map((query) => this.item(query)));
      if (found.length === 0) this.said.textContent = "None yet";
    });
  }

  private item({ name }: Query): HTMLElement {
    const open = () =>
      void this.tell("", async () => this.does.open(name, await queries.read(name)));
    const remove = () => {
      if (!confirm(`Delete the query "${name}"?`)) return;
      void this.tell(`Deleted ${name}`, async () => {
        await queries.remove(name);
        this.does.removed(name);
        await this.list();
      });
    };
    return element(
      "li",
      {},
      element("button", { type: "button", class: "link", click: open }, name),
      element("button", { type: "button", click: remove, "aria-label": `Delete ${name}` }, "\u00d7"),
    );
  }

  /// Does it, and says what went wrong instead of `words`.
  async tell(words: string, act: () => Promise<void>): Promise<boolean> {
    this.said.className = "quiet";
    this.said.textContent = words;
    try {
      await act();
      if (words) this.said.textContent = words;
      return true;
    } catch (error) {
      this.said.className = "wrong";
      this.said.textContent = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  showPast(): void {
    const items = pastOf(localStorage)
      .slice(0, shownPast)
      .map((entry) => {
        const text = entry.text.trim().replace(/\s+/g, " ");
        const title = text.length > longestTitle ? text.slice(0, longestTitle) + "\u2026" : text;
        const when = new Date(entry.at).toLocaleString();
        const use = () => this.does.use(entry.text);
        return element(
          "li",
          {},
          element("button", { type: "button", class: "link", click: use }, title),
          element("span", { class: "quiet" }, `${when}: ${entry.outcome}`),
        );
      });
    this.past.replaceChildren(...items);
  }
}
