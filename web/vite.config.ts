import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin, type UserConfig } from "vite";
import { pages } from "./src/pages";

/// The licenses of all that is in the bundle, as licenses.txt beside it.
function licenses(): Plugin {
  return {
    name: "licenses",
    generateBundle(_options, bundle) {
      const folders = new Set<string>();
      for (const part of Object.values(bundle)) {
        for (const id of part.type === "chunk" ? Object.keys(part.modules) : []) {
          const found = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id);
          if (found?.[1]) folders.add(found[1]);
        }
      }
      const texts = [...folders].map(licenseOf).sort();
      this.emitFile({ type: "asset", fileName: "licenses.txt", source: texts.join("\n") });
    },
  };
}

function licenseOf(folder: string): string {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf-8"));
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const path = file && join(folder, file);
  const text = path && existsSync(path) ? readFileSync(path, "utf-8") : `${about.license}\n`;
  return `== ${about.name} ${about.version}\n\n${text}`;
}

const app: UserConfig = {
  plugins: [licenses()],
  build: {
    target: "es2022",
    emptyOutDir: true,
    modulePreload: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      output: {
        entryFileNames: "app.js",
        // Pages of another kind are fetched when they are opened: the program knows them by name.
        chunkFileNames: "[name].js",
        manualChunks: { shared: ["src/sql/ask.ts", "src/sql/store.ts"] },
        assetFileNames: (asset) => (asset.names[0]?.endsWith(".css") ? "app.css" : "[name][extname]"),
      },
    },
  },
};

function digest(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/// All of a bundle as one page, report.html, which the program puts the rows into; and the questions
/// that it must have answered, questions.txt. Its policy allows what lies in it and no request.
function onePage(): Plugin {
  return {
    name: "one-page",
    enforce: "post",
    generateBundle(_options, bundle) {
      let script = "", style = "", licenses = "";
      for (const [name, part] of Object.entries(bundle)) {
        if (part.type === "chunk") script += part.code;
        else if (name.endsWith(".css")) style += String(part.source);
        else licenses += String(part.source);
        delete bundle[name];
      }
      script = script.replaceAll("</script", "<\\/script");
      licenses = licenses.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
      const policy =
        `default-src 'none'; script-src ${digest(script)}; style-src ${digest(style)}; ` +
        "img-src data: blob:; base-uri 'none'; form-action 'none'";
      const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sparkify</title>
<style>${style}</style>
</head>
<body>
<noscript>This page needs JavaScript.</noscript>
<script type="application/json" id="contents">@contents@</script>
<pre id="licenses" hidden>${licenses}</pre>
<script>${script}</script>
</body>
</html>
`;
      const cards = pages.flatMap((page) => page.cards);
      const questions = cards.map(
        (card) => `${card.report}${card.isOfAllTime ? " of-all-time" : ""}\n`,
      );
      this.emitFile({ type: "asset", fileName: "report.html", source: page });
      this.emitFile({ type: "asset", fileName: "questions.txt", source: questions.join("") });
    },
  };
}

const report: UserConfig = {
  plugins: [licenses(), onePage()],
  publicDir: false,
  build: {
    target: "es2022",
    emptyOutDir: true,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: "src/export.ts",
      output: { format: "iife", inlineDynamicImports: true },
    },
  },
};

/// `--mode report`: the app as one file, see src/export.ts.
export default defineConfig(({ mode }) => (mode === "report" ? report : app));
