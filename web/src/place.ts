/// Where a reader is within a part of the page, while it is drawn anew.

const stops = "a, summary, [tabindex], [aria-roledescription]";

export class Place {
  private readonly at: number;
  private readonly scroll: [number, number];

  constructor(private readonly root: HTMLElement) {
    this.at = [...root.querySelectorAll(stops)].indexOf(document.activeElement ?? root);
    const box = root.querySelector(".table");
    this.scroll = [box?.scrollLeft ?? 0, box?.scrollTop ?? 0];
    // What is below must not move up while a chart is being made.
    root.style.minHeight = `${root.offsetHeight}px`;
  }

  restore(): void {
    this.root.style.minHeight = "";
    this.root.querySelector(".table")?.scrollTo(...this.scroll);
    if (this.at < 0 || document.activeElement !== document.body) return;
    const found = this.root.querySelectorAll<HTMLElement | SVGElement>(stops);
    const stop = found[Math.min(this.at, found.length - 1)];
    if (stop && !stop.hasAttribute("tabindex")) stop.setAttribute("tabindex", "-1");
    stop?.focus({ preventScroll: true });
  }
}
