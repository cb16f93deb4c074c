/// What the browser keeps of the editor: tabs and history, of this server's address alone.

export interface Tab {
  id: number;
  title: string;
  text: string;
  /// The saved query it was opened from or saved as.
  query: string | null;
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
    (tab.query === null || typeof tab.query === "string")
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
