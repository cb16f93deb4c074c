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

/// The filters that a report takes, as its question's query.
export function filtersFor(state: State, parameters: string[]): string {
  const query = new URLSearchParams();
  for (const name of ["from", "to", "level"] as const) {
    if (state[name] && parameters.includes(name)) query.set(name, state[name]);
  }
  return query.toString();
}
