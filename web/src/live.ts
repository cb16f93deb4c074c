/// Looks whether the warehouse has grown, and has the page drawn anew when it has.

import { element } from "./dom";

const period = 3000;
/// No look waits longer than these, in milliseconds: nothing else ends a wait on a link that stalls.
const longestAnswer = 10_000;
const longestChange = 60_000;

/// What `work` gives; fails when that takes longer.
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let clock: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<never>((_, fail) => {
    clock = setTimeout(() => fail(new Error("the server does not answer")), milliseconds);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(clock);
  }
}

/// The number of the newest load; undefined when the server does not answer.
async function newest(): Promise<number | null | undefined> {
  try {
    const response = await fetch("/api/newest", { signal: AbortSignal.timeout(longestAnswer) });
    if (!response.ok) return undefined;
    return ((await response.json()) as { load: number | null }).load;
  } catch {
    return undefined;
  }
}

export class Live {
  readonly root: HTMLElement;
  private readonly words = element("span", { class: "updated" });
  private readonly pause: HTMLButtonElement;
  private load: number | null | undefined;
  private isPaused = false;
  private isLooking = false;

  /// `changed` draws what is on the page from what the warehouse has now.
  constructor(private readonly changed: () => Promise<void>) {
    this.pause = element("button", { type: "button", "aria-pressed": "false", click: () => this.turn() });
    this.pause.textContent = "Pause";
    this.root = element("div", { class: "live" }, this.words, this.pause);
    this.tell();
    void this.look();
    setInterval(() => void this.look(), period);
    document.addEventListener("visibilitychange", () => void this.look());
  }

  private turn(): void {
    this.isPaused = !this.isPaused;
    this.pause.setAttribute("aria-pressed", String(this.isPaused));
    if (!this.isPaused) void this.look();
  }

  private tell(): void {
    // As clocks show it where the reader is.
    this.words.textContent = `Updated ${new Date().toLocaleTimeString("en-GB")}`;
  }

  private async look(): Promise<void> {
    if (this.isPaused || this.isLooking || document.hidden) return;
    this.isLooking = true;
    let isLost = true;
    try {
      const load = await newest();
      isLost = load === undefined;
      if (load !== undefined && load !== this.load) {
        if (this.load !== undefined) {
          await within(longestChange, this.changed());
          this.tell();
        }
        this.load = load;
      }
    } catch {
      isLost = true; // What did not succeed is tried again at the next look.
    } finally {
      this.root.classList.toggle("lost", isLost);
      this.isLooking = false;
    }
  }
}
