/// Pages that are not made of cards. To add one, add a line to `viewPages`.

import type { State } from "./state";

/// A page's content while it is on the screen.
export interface View {
  root: HTMLElement;
  /// The address has changed and it is still this page's.
  show?(state: State): void;
  /// Colours have changed.
  repaint?(): void;
  /// It goes from the screen.
  leave?(): void;
}

/// What a view may ask of the page around it.
export interface Shell {
  /// Another address of the app, as a step of the browser's history.
  open(address: string): void;
}

export interface ViewPage {
  path: string;
  title: string;
  /// Makes the content; its code may be loaded by then.
  view: (state: State, shell: Shell) => Promise<View>;
}

export const viewPages: ViewPage[] = [];
