/// Charts on the page. Expressions are interpreted: the page's policy allows no eval.

import { View, Warn, parse } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { element } from "./dom";
import { columnMark, rowMark } from "./drill";
import { configOf } from "./theme";

let tip: HTMLElement | undefined;

/// What is under the pointer, as lines of text.
function showTip(_handler: unknown, event: MouseEvent, _item: unknown, value: unknown): void {
  tip ??= document.body.appendChild(element("div", { class: "tip", role: "tooltip" }));
  const isShown = typeof value === "object" && value !== null;
  tip.hidden = !isShown;
  if (!isShown) return;
  const lines = Object.entries(value).map(([name, text]) =>
    element("div", {}, element("span", {}, name), " ", element("b", {}, String(text))),
  );
  tip.replaceChildren(...lines);
  const { innerWidth, innerHeight } = window;
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(event.clientX + 12, innerWidth - box.width - 8))}px`;
  tip.style.top = `${Math.max(4, Math.min(event.clientY + 12, innerHeight - box.height - 8))}px`;
}

/// Told of a mark that was chosen: the place of its row, and its column.
export type Choose = (row: number, column: string) => void;

function choice(datum: unknown): [number, string] | undefined {
  const { [rowMark]: row, [columnMark]: column } = (datum ?? {}) as Record<string, unknown>;
  return typeof row === "number" && typeof column === "string" ? [row, column] : undefined;
}

/// What Vega's SVG renderer leaves on a mark's element.
function choiceOf(mark: Element): [number, string] | undefined {
  return choice((mark as Element & { __data__?: { datum?: unknown } }).__data__?.datum);
}

/// Arrow keys go through the marks that lead somewhere, Enter follows one. The chart as a whole is one
/// stop of the Tab key, for it may have hundreds.
function steer(place: HTMLElement, choose: Choose): void {
  place.tabIndex = 0;
  place.setAttribute("aria-description", "Arrow keys go through its marks, Enter shows their rows");
  place.addEventListener("keydown", (event) => {
    const found = [...place.querySelectorAll<SVGElement>("[aria-roledescription]")].filter(choiceOf);
    const at = found.indexOf(document.activeElement as SVGElement);
    const ends: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: found.length - 1,
    };
    const next = ends[event.key];
    if (next !== undefined && found.length > 0) {
      event.preventDefault();
      const mark = found[Math.max(0, Math.min(next, found.length - 1))]!;
      mark.setAttribute("tabindex", "-1");
      mark.focus();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      choose(...choiceOf(found[at]!)!);
    }
  });
}

let drawn: Promise<unknown> = Promise.resolve();

/// Draws into `place`, which is on the page. The view redraws itself when the window changes. One chart
/// after another, each a task of its own: the first is seen, and the page answers, while others wait.
export function draw(place: HTMLElement, spec: TopLevelSpec, choose?: Choose): Promise<View> {
  const turn = drawn.then(() => new Promise((begin) => setTimeout(begin)));
  const view = turn.then(() => drawNow(place, spec, choose));
  drawn = view.catch(() => {});
  return view;
}

async function drawNow(place: HTMLElement, spec: TopLevelSpec, choose?: Choose): Promise<View> {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const config = configOf(isDark);
  const runtime = parse(compile(spec, { config }).spec, undefined, { ast: true } as never);
  const view = new View(runtime, {
    expr: expressionInterpreter,
    renderer: "svg",
    logLevel: Warn,
    container: place,
    hover: true,
    tooltip: showTip,
  });
  if (choose) {
    view.addEventListener("click", (_event, item) => {
      const chosen = choice(item?.datum);
      if (chosen) choose(...chosen);
    });
    steer(place, choose);
  }
  return view.runAsync();
}
