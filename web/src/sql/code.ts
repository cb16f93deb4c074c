/// The text of the editor: CodeMirror, in a shadow of its own. There its style sheets are made by
/// script without an element, which the page's policy would not let in.

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { sql } from "@codemirror/lang-sql";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { element } from "../dom";
import type { Names } from "./ask";
import { functions, namespaceOf, redshift } from "./dialect";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--code-type)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { backgroundColor: "var(--card)", color: "var(--text)", fontSize: "14px", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { caretColor: "var(--text)", fontFamily: "ui-monospace, monospace" },
  ".cm-scroller": { overflow: "auto", fontFamily: "ui-monospace, monospace" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": {
    backgroundColor: "var(--page)",
    color: "var(--quiet)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--active-line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { background: "var(--selection) !important" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--selection)",
    color: "inherit",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--card)",
    border: "1px solid var(--line)",
    color: "var(--text)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    background: "var(--accent)",
    color: "var(--card)",
  },
  ".cm-completionDetail": { color: "inherit", opacity: "0.75" },
  ".cm-diagnostic": { borderLeftColor: "var(--wrong)" },
});

export class Code {
  readonly root: HTMLElement;
  private readonly view: EditorView;
  private readonly language = new Compartment();
  private readonly extensions: Extension;
  private readonly states = new Map<number, EditorState>();
  private shown = -1;

  constructor(does: { run: () => void; changed: (text: string) => void; selected: () => void }) {
    this.root = element("div", { class: "code" });
    const shadow = this.root.attachShadow({ mode: "open" });
    this.extensions = [
      lineNumbers(),
      highlightActiveLineGutter(),
      highlightSpecialChars(),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      autocompletion(),
      highlightActiveLine(),
      lintGutter(),
      syntaxHighlighting(colours),
      look,
      this.language.of(languageOf({ tables: [] })),
      EditorState.allowMultipleSelections.of(true),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "SQL", spellcheck: "false" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) does.changed(update.state.doc.toString());
        if (update.selectionSet || update.docChanged) does.selected();
      }),
      keymap.of([
        { key: "Mod-Enter", preventDefault: true, run: () => (does.run(), true) },
        // Tab alone leaves the editor, unless a completion is offered.
        { key: "Tab", run: acceptCompletion },
        ...closeBracketsKeymap,
        ...defaultKeymap,
        ...historyKeymap,
        ...completionKeymap,
      ]),
    ];
    this.view = new EditorView({ parent: shadow, root: shadow });
  }

  /// Shows a tab's text; what was done to it before can still be undone.
  show(id: number, text: string): void {
    // A tooltip that is still to be placed must not look for its place in another text. To ask for
    // any place has CodeMirror do what it put off.
    closeCompletion(this.view);
    this.view.coordsAtPos(0);
    if (this.shown >= 0) this.states.set(this.shown, this.view.state);
    this.shown = id;
    let state = this.states.get(id);
    if (state?.doc.toString() !== text) {
      state = EditorState.create({ doc: text, extensions: this.extensions });
    }
    this.view.setState(state!);
    if (this.names) this.complete(this.names);
  }

  shows(id: number, text: string): boolean {
    return this.shown === id && this.view.state.doc.toString() === text;
  }

  forget(id: number): void {
    this.states.delete(id);
    if (this.shown === id) this.shown = -1;
  }

  private names: Names | undefined;

  complete(names: Names): void {
    this.names = names;
    this.view.dispatch({ effects: this.language.reconfigure(languageOf(names)) });
  }

  /// The selected text and where it begins; without a selection, all.
  chosen(): { text: string; from: number; isAll: boolean } {
    const { main } = this.view.state.selection;
    const text = this.view.state.sliceDoc(main.from, main.to);
    if (text.trim() === "") return { text: this.view.state.doc.toString(), from: 0, isAll: true };
    return { text, from: main.from, isAll: false };
  }

  /// Marks an error at its place, to the end of the word there.
  mark(at: number, message: string): void {
    const { doc } = this.view.state;
    const from = Math.min(at, doc.length);
    const word = /^[\w$."]+|^[^\s]/.exec(doc.sliceString(from, Math.min(from + 100, doc.length)));
    // At the end of the text there is no word; the character before it is marked.
    const to = from + (word?.[0].length ?? 0);
    const range = to > from ? { from, to } : { from: Math.max(0, from - 1), to: from };
    const mark = { ...range, severity: "error" as const, message };
    this.view.dispatch(setDiagnostics(this.view.state, [mark]));
    this.view.dispatch({ effects: EditorView.scrollIntoView(range.from) });
  }

  unmark(): void {
    this.view.dispatch(setDiagnostics(this.view.state, []));
  }

  /// The line and column of a place, from 1.
  placeText(at: number): string {
    const line = this.view.state.doc.lineAt(Math.min(at, this.view.state.doc.length));
    return `line ${line.number}, column ${at - line.from + 1}`;
  }

  focus(): void {
    this.view.focus();
  }

  leave(): void {
    this.view.destroy();
  }
}

function languageOf(names: Names): Extension {
  return [
    sql({
      dialect: redshift,
      schema: namespaceOf(names),
      defaultSchema: "public",
      upperCaseKeywords: false,
    }),
    redshift.language.data.of({
      autocomplete: (context: import("@codemirror/autocomplete").CompletionContext) => {
        const word = context.matchBefore(/[\w.]+/);
        if (!word || word.text.includes(".")) return null;
        return { from: word.from, options: functions, validFor: /^\w*$/ };
      },
    }),
  ];
}
