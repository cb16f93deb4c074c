/// Where a reader is within a part of the page, while it is drawn anew.

const stops = "a, button, summary, [tabindex], [aria-roledescription]";
const boxes = ".table, .diagram";

export class Place {
  private readonly at: number;
  private readonly scrolls: [number, number][];

  constructor(private readonly root: HTMLElement) {
    this.at = [...root.querySelectorAll(stops)].indexOf(document.activeElement ?? root);
    this.scrolls = [...root.querySelectorAll(boxes)].map((box) => [box.scrollLeft, box.scrollTop]);
    // What is below must not move up while a chart is being made.
    root.style.minHeight = `${root.offsetHeight}px`;
  }

  restore(): void {
    this.root.style.minHeight = "";
    for (const [i, box] of this.root.querySelectorAll(boxes).entries()) {
      box.scrollTo(...(this.scrolls[i] ?? [0, 0]));
    }
    if (this.at < 0 || document.activeElement !== document.body) return;
    const found = this.root.querySelectorAll<HTMLElement | SVGElement>(stops);
    const stop = found[Math.min(this.at, found.length - 1)];
    if (stop && !stop.matches("a, button, summary, [tabindex]")) stop.setAttribute("tabindex", "-1");
    stop?.focus({ preventScroll: true });
  }
}
