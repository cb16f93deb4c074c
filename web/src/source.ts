/// Where reports' rows come from: the server, or the page itself where it is a file.

import type { Result } from "./report";

export interface Source {
  /// The rows of a report; `query` holds the filters it takes, without a question mark.
  rows(report: string, query: string, signal: AbortSignal): Promise<Result>;
  /// An address under which they lie as CSV.
  csv(report: string, query: string): string;
}

function path(report: string, query: string): string {
  return `/api/reports/${report}${query && "?" + query}`;
}

const server: Source = {
  async rows(report, query, signal) {
    const response = await fetch(path(report, query), { signal });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as Result;
    if (response.status === 401) throw new Error(text.trim());
    const { error } = JSON.parse(text) as { error: { message: string; hint: string | null } };
    throw new Error(error.hint ? `${error.message} (${error.hint})` : error.message);
  },
  csv: (report, query) => path(`${report}.csv`, query),
};

/// What cards ask. Changed before the first one is shown, or not at all.
export let source: Source = server;

export function setSource(other: Source): void {
  source = other;
}
