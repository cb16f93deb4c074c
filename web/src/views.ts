/// Pages that are not made of cards. To add one, add a line to `viewPages`.

import type { Report } from "./report";
import { RowsView } from "./rows";
import type { State } from "./state";

/// A page's content while it is on the screen.
export interface View {
  root: HTMLElement;
  /// The address has changed and it is still this page's.
  show?(state: State): void;
  /// The warehouse may hold something else than before. Done when it is shown.
  refresh?(): Promise<void>;
  /// Colours have changed.
  repaint?(): void;
  /// It goes from the screen.
  leave?(): void;
}

/// What a view may ask of the page around it.
export interface Shell {
  /// Another address of the app, as a step of the browser's history.
  open(address: string): void;
  /// What the server knows of its reports, by name.
  reports: Map<string, Report>;
}

export interface ViewPage {
  path: string;
  title: string;
  /// Not in the navigation: something else leads there.
  isHidden?: boolean;
  /// Period and level narrow it too.
  hasFilters?: boolean;
  /// Makes the content; its code may be loaded by then.
  view: (state: State, shell: Shell) => Promise<View>;
}

export const viewPages: ViewPage[] = [
  {
    path: "/rows",
    title: "Rows",
    isHidden: true,
    hasFilters: true,
    view: (state, shell) => Promise.resolve(new RowsView(state, shell)),
  },
  {
    path: "/sql",
    title: "SQL",
    view: async () => (await import("./sql/editor")).editorView(),
  },
  {
    path: "/schema",
    title: "Schema",
    view: async (state, shell) => (await import("./schema/star")).starView(state, shell),
  },
];
