// Copies the few files that pages load out of node_modules into api/static/vendor, with the licence of each package beside them.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const target = join(here, "..", "static", "vendor");
const FILES = {
  "@zazuko/yasqe": { "yasqe.js": "build/yasqe.min.js", "yasqe.css": "build/yasqe.min.css" },
  "d3-dispatch": { "d3-dispatch.js": "dist/d3-dispatch.min.js" },
  "d3-timer": { "d3-timer.js": "dist/d3-timer.min.js" },
  "d3-quadtree": { "d3-quadtree.js": "dist/d3-quadtree.min.js" },
  "d3-force": { "d3-force.js": "dist/d3-force.min.js" },
  "@fontsource-variable/inter": { "inter.woff2": "files/inter-latin-wght-normal.woff2" },
  "@fontsource-variable/source-serif-4": { "source-serif.woff2": "files/source-serif-4-latin-wght-normal.woff2" },
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const notices = [];
for (const [name, files] of Object.entries(FILES)) {
  const folder = join(modules, name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const [as, from] of Object.entries(files)) copyFileSync(join(folder, from), join(target, as));
  const text = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
  notices.push(`${name} ${version} (${license})\n`, text && existsSync(join(folder, text)) ? readFileSync(join(folder, text), "utf8") : "", "\n");
}
writeFileSync(join(target, "LICENSES.txt"), notices.join("\n"));
// source maps are not shipped: a pointer to one would be a failed request in the browser's tools
for (const file of readdirSync(target).filter((f) => /\.(js|css)$/.test(f))) {
  const path = join(target, file);
  writeFileSync(path, readFileSync(path, "utf8").replace(/^(\/\/|\/\*)# sourceMappingURL=.*$/gm, ""));
}
