/// Questions of the editor to the server.

import { gather, Lines, type Result } from "./stream";

export interface EditorInfo {
  is_writable: boolean;
  /// Rows and bytes that a run sends at most.
  rows: number;
  bytes: number;
  /// That a statement may take; 0: any time.
  seconds: number;
  keeps_queries: boolean;
}

export interface Names {
  tables: { schema: string; name: string; columns: { name: string; type: string }[] }[];
}

export interface Query {
  name: string;
  bytes: number;
  changed_at: number;
}

async function errorOf(response: Response): Promise<Error> {
  const text = await response.text();
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) {
    return new Error(text.trim());
  }
  const { error } = JSON.parse(text) as { error: { message: string; hint: string | null } };
  return new Error(error.hint ? `${error.message} (${error.hint})` : error.message);
}

async function checked(address: string, how: RequestInit = {}): Promise<Response> {
  const response = await fetch(address, how);
  if (!response.ok) throw await errorOf(response);
  return response;
}

export async function get<T>(address: string): Promise<T> {
  return (await (await checked(address)).json()) as T;
}

function send(method: string, address: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  const text = JSON.stringify(body);
  return checked(address, { method, headers, body: text, ...(signal ? { signal } : {}) });
}

const queryAddress = (name: string) => `/api/queries/${encodeURIComponent(name)}`;

export const queries = {
  list: async () => (await get<{ queries: Query[] }>("/api/queries")).queries,
  read: async (name: string) => (await get<{ text: string }>(queryAddress(name))).text,
  keep: (name: string, text: string) => send("PUT", queryAddress(name), { text }),
  remove: (name: string) => checked(queryAddress(name), { method: "DELETE" }),
};

/// Runs a text, or asks how each of its statements would run; `changed` is called as its results
/// grow. Ends early when `signal` says so: the server notices and ends the statement.
export async function run(
  sql: string,
  explain: boolean,
  results: Result[],
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await send("POST", "/api/sql", { sql, explain }, signal);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const lines = new Lines();
  for (let isLast = false; !isLast; ) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the connection broke before the end of the results");
    for (const line of lines.take(value)) isLast = gather(results, line) || isLast;
    changed();
  }
}

/// The address of a statement's whole result as a file.
export async function exportAddress(sql: string, format: string, name: string): Promise<string> {
  const answer = await send("POST", "/api/sql/exports", { sql, format, name });
  return ((await answer.json()) as { address: string }).address;
}
