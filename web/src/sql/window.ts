/// Which rows of a long list are on the screen. Browsers cannot make elements of millions of
/// pixels, so that beyond a height a pixel of the scroll bar stands for more than a pixel of rows.

export const rowHeight = 24;
/// All browsers can do this much.
export const mostHeight = 8_000_000;
/// Rows beyond both ends of what is seen, so that scrolling shows no gap.
const margin = 10;

export interface Window {
  /// First row that is drawn, and the one behind the last.
  first: number;
  last: number;
  /// Where the first is drawn, in pixels from the list's top.
  top: number;
  /// Of the whole list.
  height: number;
}

export function heightOf(count: number): number {
  return Math.min(count * rowHeight, mostHeight);
}

export function windowOf(count: number, scrolled: number, seen: number): Window {
  const full = count * rowHeight;
  const height = heightOf(count);
  // What lies above the screen, as a share of all that can.
  const share = height > seen ? Math.min(Math.max(scrolled / (height - seen), 0), 1) : 0;
  const above = share * Math.max(full - seen, 0);
  const first = Math.max(0, Math.floor(above / rowHeight) - margin);
  const last = Math.min(count, Math.ceil((above + seen) / rowHeight) + margin);
  return { first, last, top: scrolled + (first * rowHeight - above), height };
}

/// How far to scroll so that a row is on the screen; where it is already, nothing changes.
export function scrollTo(row: number, count: number, scrolled: number, seen: number): number {
  const full = count * rowHeight;
  const height = heightOf(count);
  const room = Math.max(full - seen, 0);
  const share = height > seen ? Math.min(Math.max(scrolled / (height - seen), 0), 1) : 0;
  const above = share * room;
  const begin = row * rowHeight;
  const wanted = begin < above ? begin : begin + rowHeight > above + seen ? begin + rowHeight - seen : above;
  return room > 0 ? (wanted / room) * (height - seen) : 0;
}
