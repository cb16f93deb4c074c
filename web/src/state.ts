/// What a reader has chosen. All of it is in the address, so that it can be kept and sent.

export interface State {
  path: string;
  from: string;
  to: string;
  level: "" | "free" | "paid";
  /// Reports shown as tables.
  tables: string[];
}

export function stateOf(address: URL): State {
  const query = address.searchParams;
  const level = query.get("level");
  return {
    path: address.pathname,
    from: query.get("from") ?? "",
    to: query.get("to") ?? "",
    level: level === "free" || level === "paid" ? level : "",
    tables: (query.get("tables") ?? "").split(",").filter(Boolean),
  };
}

/// Path and query; what is not chosen is left out.
export function addressOf(state: State): string {
  const query = new URLSearchParams();
  for (const name of ["from", "to", "level"] as const) {
    if (state[name]) query.set(name, state[name]);
  }
  if (state.tables.length > 0) query.set("tables", state.tables.join(","));
  const text = query.toString();
  return state.path + (text && "?" + text);
}

const dayLength = 24 * 60 * 60 * 1000;

/// The period as long as the chosen one that ends the day before it; nothing without both ends.
export function periodBefore(state: State): { from: string; to: string } | undefined {
  const [from, to] = [Date.parse(state.from), Date.parse(state.to)];
  if (!(from <= to)) return undefined;
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  return { from: day(from - (to - from) - dayLength), to: day(from - dayLength) };
}

/// The filters that a report takes, as its question's query.
export function filtersFor(state: State, parameters: string[]): string {
  const query = new URLSearchParams();
  for (const name of ["from", "to", "level"] as const) {
    if (state[name] && parameters.includes(name)) query.set(name, state[name]);
  }
  return query.toString();
}
