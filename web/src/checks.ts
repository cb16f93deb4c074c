/// The warehouse's rules on a page: which hold, and what breaks the others.

import { element } from "./dom";
import { labelOf } from "./report";

interface Check {
  check: string;
  purpose: string;
  ok: boolean;
  violation_count: number;
  violations: Record<string, string | null>[];
}

async function ask(signal: AbortSignal): Promise<Check[]> {
  const response = await fetch("/api/checks", { signal });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as Check[];
  if (response.status === 401) throw new Error(text.trim());
  throw new Error((JSON.parse(text) as { error: { message: string } }).error.message);
}

function examplesOf(check: Check): HTMLElement {
  const columns = Object.keys(check.violations[0] ?? {});
  const lines = check.violations.map((row) =>
    element("tr", {}, ...columns.map((name) => element("td", {}, row[name] ?? "\u2013"))),
  );
  const head = columns.map((name) => element("th", { scope: "col" }, labelOf(name)));
  const rest = check.violation_count - check.violations.length;
  const region = { role: "region", "aria-label": `Examples: ${labelOf(check.check)}` };
  return element(
    "details",
    {},
    element("summary", {}, rest > 0 ? `The first ${check.violations.length}` : "Which"),
    element(
      "div",
      { class: "table", tabindex: "0", ...region },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...lines),
      ),
    ),
  );
}

function lineOf(check: Check): HTMLElement {
  const count = check.violation_count.toLocaleString("en");
  const words = check.ok ? "holds" : count === "1" ? "1 row breaks it" : `${count} rows break it`;
  const line = element(
    "li",
    { class: check.ok ? "holds" : "broken", "data-check": check.check },
    element("b", { class: "verdict" }, check.ok ? "\u2713 " : "\u2717 ", words),
    element("div", {}, element("strong", {}, labelOf(check.check)), ` ${check.purpose}`),
  );
  if (!check.ok) line.lastElementChild?.append(examplesOf(check));
  return line;
}

export class ChecksView {
  readonly root: HTMLElement;
  private readonly place = element("div", { class: "place" });
  private readonly verdict = element("p", { class: "count", role: "status" });
  private asked: AbortController | undefined;

  constructor() {
    const again = element("button", { type: "button", click: () => void this.run() }, "Run again");
    const id = "title-checks";
    this.root = element(
      "section",
      { class: "card wide", "aria-labelledby": id, "data-checks": "" },
      element(
        "header",
        {},
        element("h2", { id }, "Checks"),
        element("div", { class: "buttons" }, again),
      ),
      element("p", { class: "definition" }, "Rules of the warehouse. One holds when no row breaks it."),
      this.verdict,
      this.place,
    );
    void this.run();
  }

  /// They read whole tables, so that nobody runs them anew who has not asked for it.
  outdate(): void {
    if (!this.verdict.textContent?.endsWith("since.")) {
      this.verdict.append(" Something has been loaded since.");
    }
  }

  leave(): void {
    this.asked?.abort();
  }

  private async run(): Promise<void> {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    this.place.setAttribute("aria-busy", "true");
    try {
      const checks = await ask(asked.signal);
      const held = checks.filter((check) => check.ok).length;
      this.verdict.textContent = `${held} of ${checks.length} rules hold.`;
      const worst = [...checks].sort((one, other) => Number(one.ok) - Number(other.ok));
      this.place.replaceChildren(element("ul", { class: "checks" }, ...worst.map(lineOf)));
    } catch (error) {
      if (asked.signal.aborted) return;
      const words = error instanceof Error ? error.message : String(error);
      this.verdict.textContent = "";
      this.place.replaceChildren(element("p", { class: "wrong", role: "alert" }, words));
    }
    this.place.removeAttribute("aria-busy");
  }
}
