/// Colours of charts, for a light and a dark page. The categories differ in lightness as well, for
/// those who do not see all colours.

import type { Config } from "vega-lite";

const looks = {
  light: {
    text: "#40474f",
    line: "#d5dae0",
    categories: ["#2563c9", "#e08a1e", "#0b8f7c", "#8a4fbe", "#b3365f"],
    heat: ["#e8f0fc", "#1b4a99"],
  },
  dark: {
    text: "#b8c0ca",
    line: "#39414b",
    categories: ["#6ea8fe", "#f0b061", "#45c9b0", "#c39bf0", "#f08aab"],
    heat: ["#1d2a3d", "#8cbcff"],
  },
};

export function configOf(isDark: boolean): Config {
  const look = isDark ? looks.dark : looks.light;
  return {
    background: "transparent",
    font: "system-ui, sans-serif",
    view: { stroke: null },
    mark: { color: look.categories[0]! },
    axis: {
      labelColor: look.text,
      titleColor: look.text,
      gridColor: look.line,
      domainColor: look.line,
      tickColor: look.line,
      labelFontSize: 11,
      titleFontSize: 11,
      titleFontWeight: "normal",
    },
    axisX: { grid: false },
    legend: { labelColor: look.text, titleColor: look.text, titleFontWeight: "normal" },
    range: { category: look.categories, heatmap: look.heat, ramp: look.heat },
  };
}
