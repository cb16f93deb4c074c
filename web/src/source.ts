/// Where reports' rows come from: the server, or the page itself where it is a file.

import type { Result } from "./report";

export interface Source {
  /// The rows of a report; `query` holds the filters it takes, without a question mark.
  rows(report: string, query: string, signal: AbortSignal): Promise<Result>;
  /// An address under which they lie as CSV.
  csv(report: string, query: string): string;
  /// The rows behind figures, where there are any; `query` holds `of` and `row` too.
  behind?: {
    rows(report: string, query: string, signal: AbortSignal): Promise<Behind>;
    csv(report: string, query: string): string;
  };
}

/// Some of the rows behind a figure, and how many there are.
export interface Behind extends Result {
  count: number;
}

async function answer<T>(address: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(address, { signal });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  if (response.status === 401) throw new Error(text.trim());
  const { error } = JSON.parse(text) as { error: { message: string; hint: string | null } };
  throw new Error(error.hint ? `${error.message} (${error.hint})` : error.message);
}

function path(report: string, query: string): string {
  return `/api/reports/${report}${query && "?" + query}`;
}

const server: Source = {
  rows: (report, query, signal) => answer(path(report, query), signal),
  csv: (report, query) => path(`${report}.csv`, query),
  behind: {
    rows: (report, query, signal) => answer(`/api/rows/${report}?${query}`, signal),
    csv: (report, query) => `/api/rows/${report}.csv?${query}`,
  },
};

/// What cards ask. Changed before the first one is shown, or not at all.
export let source: Source = server;

export function setSource(other: Source): void {
  source = other;
}
