/// The tabs of the editor, as screen readers and keyboards know tabs.

import { element } from "../dom";
import type { Kept } from "./store";

export class TabBar {
  readonly root: HTMLElement;
  private readonly list = element("div", { role: "tablist", "aria-label": "Tabs", class: "tablist" });
  private readonly add: HTMLButtonElement;
  private kept: Kept | undefined;

  constructor(
    private readonly does: {
      choose: (id: number) => void;
      add: () => void;
      close: (id: number) => void;
    },
  ) {
    this.add = element("button", { type: "button", click: does.add, "aria-label": "New tab" }, "+");
    this.root = element("div", { class: "tabs" }, this.list, this.add);
    this.list.addEventListener("keydown", (event) => this.press(event));
  }

  show(kept: Kept): void {
    this.kept = kept;
    const hadFocus = this.list.contains(document.activeElement);
    this.list.replaceChildren(
      ...kept.tabs.map((tab) => {
        const isActive = tab.id === kept.active;
        return element(
          "button",
          {
            type: "button",
            role: "tab",
            id: `tab-${tab.id}`,
            tabindex: isActive ? "0" : "-1",
            "aria-selected": String(isActive),
            "aria-controls": "sql-panel",
            click: () => this.does.choose(tab.id),
          },
          tab.title,
        );
      }),
    );
    const active = kept.tabs.find((tab) => tab.id === kept.active);
    this.root.querySelector(".close")?.remove();
    const label = `Close ${active?.title ?? ""}`;
    const close = () => active && this.does.close(active.id);
    this.root.append(
      element("button", { type: "button", class: "close", click: close, "aria-label": label }, "\u00d7"),
    );
    if (hadFocus) this.focus();
  }

  private focus(): void {
    this.list.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }

  /// Arrows go from tab to tab, Delete closes.
  private press(event: KeyboardEvent): void {
    if (!this.kept) return;
    const { tabs, active } = this.kept;
    const at = tabs.findIndex((tab) => tab.id === active);
    const steps: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: tabs.length - 1,
    };
    if (event.key === "Delete") return this.does.close(active);
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.does.choose(tabs[(to + tabs.length) % tabs.length]!.id);
    this.focus();
  }
}
