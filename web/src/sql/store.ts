/// What the browser keeps of the editor: tabs and history, of this server's address alone.

export interface Tab {
  id: number;
  title: string;
  text: string;
  /// The saved query it was opened from or saved as.
  query: string | null;
  /// What that one held when it was last read or written.
  saved?: string;
}

export interface Kept {
  tabs: Tab[];
  active: number;
}

export interface Past {
  text: string;
  /// Milliseconds since 1970.
  at: number;
  outcome: string;
}

const mostPast = 200;
/// Browsers keep about 5 MB for a page.
const mostTextLength = 200_000;
const names = { tabs: "sparkify.sql.tabs", past: "sparkify.sql.history" };

/// The part of Storage that is used.
export interface Shelf {
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
}

function read<T>(shelf: Shelf, name: string): T | undefined {
  try {
    const text = shelf.getItem(name);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined; // somebody else's, or not allowed
  }
}

/// False when there is no room.
function write(shelf: Shelf, name: string, value: unknown): boolean {
  try {
    shelf.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

function isTab(value: unknown): value is Tab {
  const tab = value as Partial<Tab> | null;
  return (
    typeof tab === "object" &&
    typeof tab?.id === "number" &&
    typeof tab.title === "string" &&
    typeof tab.text === "string" &&
    (tab.query === null || typeof tab.query === "string") &&
    (tab.saved === undefined || typeof tab.saved === "string")
  );
}

/// At least one tab.
export function keptTabs(shelf: Shelf): Kept {
  const kept = read<Partial<Kept>>(shelf, names.tabs);
  const tabs = Array.isArray(kept?.tabs) ? kept.tabs.filter(isTab) : [];
  if (tabs.length === 0) tabs.push({ id: 1, title: "Query 1", text: "", query: null });
  const active = tabs.some((tab) => tab.id === kept?.active) ? kept!.active! : tabs[0]!.id;
  return { tabs, active };
}

export function keepTabs(shelf: Shelf, kept: Kept): boolean {
  return write(shelf, names.tabs, kept);
}

/// Whether text is lost with it.
export function isUnsaved(tab: Tab): boolean {
  return tab.query === null ? tab.text.trim() !== "" : tab.text !== tab.saved;
}

function isSame(one: Tab, other: Tab | undefined): boolean {
  const names = ["title", "text", "query", "saved"] as const;
  return other !== undefined && names.every((name) => one[name] === other[name]);
}

/// Tabs that two windows changed since both had `base`. What one has changed or added stays, also
/// when the other has closed it; of a tab whose text both changed, both texts do.
export function merged(base: Tab[], ours: Tab[], theirs: Tab[]): Tab[] {
  const find = (tabs: Tab[], id: number) => tabs.find((tab) => tab.id === id);
  const tabs: Tab[] = [];
  const second: Tab[] = [];
  for (const tab of ours) {
    const [was, other] = [find(base, tab.id), find(theirs, tab.id)];
    if (!isSame(tab, was)) {
      tabs.push(tab);
      if (other && !isSame(other, was) && other.text !== tab.text) second.push(other);
    } else if (other) {
      tabs.push(other);
    }
  }
  const isNew = (tab: Tab) => !find(ours, tab.id) && !isSame(tab, find(base, tab.id));
  tabs.push(...theirs.filter(isNew));
  for (const tab of second) tabs.push({ ...tab, id: nextTab(tabs).id });
  return tabs;
}

/// The tabs of a window of the browser, of which there may be several at once.
export class SharedTabs {
  readonly kept: Kept;
  /// As this window last read or wrote them.
  private base: Tab[];

  constructor(private readonly shelf: Shelf) {
    this.kept = keptTabs(shelf);
    this.base = structuredClone(this.kept.tabs);
  }

  /// Takes what other windows have done; true when anything here is another now. Tabs that stay are
  /// the same objects.
  join(): boolean {
    // Where nothing is kept, or may not be, nobody has closed anything.
    const theirs = read(this.shelf, names.tabs) ? keptTabs(this.shelf).tabs : this.base;
    const { tabs } = this.kept;
    const before = JSON.stringify(this.kept);
    const found = merged(this.base, tabs, theirs).map((tab) => {
      const own = tabs.find((each) => each.id === tab.id);
      return own ? Object.assign(own, tab) : { ...tab };
    });
    this.base = structuredClone(theirs);
    if (found.length === 0) found.push(nextTab([]));
    if (!found.some((tab) => tab.id === this.kept.active)) {
      const at = tabs.findIndex((tab) => tab.id === this.kept.active);
      this.kept.active = found[Math.max(0, Math.min(at, found.length - 1))]!.id;
    }
    tabs.splice(0, tabs.length, ...found);
    return JSON.stringify(this.kept) !== before;
  }

  /// Joins, and writes it for other windows and later; what there was no room for stays here.
  keep(): { isKept: boolean; isChanged: boolean } {
    const isChanged = this.join();
    const isKept = keepTabs(this.shelf, this.kept);
    if (isKept) this.base = structuredClone(this.kept.tabs);
    return { isKept, isChanged };
  }
}

/// The newest first.
export function pastOf(shelf: Shelf): Past[] {
  const past = read<Past[]>(shelf, names.past);
  return Array.isArray(past) ? past.filter((each) => typeof each?.text === "string") : [];
}

/// The same text again moves to the front.
export function addPast(shelf: Shelf, entry: Past): void {
  const rest = pastOf(shelf).filter((each) => each.text !== entry.text);
  const past = [{ ...entry, text: entry.text.slice(0, mostTextLength) }, ...rest];
  for (let most = mostPast; most >= 1; most = Math.floor(most / 2)) {
    if (write(shelf, names.past, past.slice(0, most))) return;
  }
}

/// A new tab's number and name, after those that are there.
export function nextTab(tabs: Tab[]): Tab {
  const id = Math.max(0, ...tabs.map((tab) => tab.id)) + 1;
  return { id, title: `Query ${id}`, text: "", query: null };
}
