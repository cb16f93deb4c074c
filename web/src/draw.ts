/// Charts on the page. Expressions are interpreted: the page's policy allows no eval.

import { View, Warn, parse } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { element } from "./dom";
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

/// Draws into `place`, which is on the page. The view redraws itself when the window changes.
export async function draw(place: HTMLElement, spec: TopLevelSpec): Promise<View> {
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
  return view.runAsync();
}
