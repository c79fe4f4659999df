// Fails when the build outgrows portal.md §10.1. Sizes are gzip -9, in bytes.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const KB = 1024;
const LIMITS = {
  "first-load js": 60 * KB,
  "first-load css": 12 * KB,
  "html + js + css + icons": 80 * KB, // 90 with the bootstrap's JSON, for which 10 are kept free
  "service worker": 3 * KB,
  "largest chunk": 60 * KB,
  "a locale": 8 * KB,
  "whole dist": 260 * KB,
};

const files = readdirSync("dist", { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(gz|br|map)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name).slice("dist/".length));
const weigh = (name) => gzipSync(readFileSync(join("dist", name)), { level: 9 }).length;
const sum = (names) => names.reduce((total, name) => total + weigh(name), 0);

const html = readFileSync("dist/index.html", "utf8");
const first = files.filter((name) => html.includes(`/${name}"`));
const js = files.filter((name) => name.endsWith(".js"));
const sizes = {
  "first-load js": sum(first.filter((name) => name.endsWith(".js"))),
  "first-load css": sum(first.filter((name) => name.endsWith(".css"))),
  "html + js + css + icons": sum(["index.html", ...first]),
  "service worker": sum(["sw.js"]),
  "largest chunk": Math.max(...js.map(weigh)),
  "a locale": Math.max(0, ...js.filter((name) => /\/(es|en)-/.test(name)).map(weigh)),
  "whole dist": sum(files),
};

let failed = false;
for (const [what, limit] of Object.entries(LIMITS)) {
  const over = sizes[what] > limit;
  failed ||= over;
  console.log(
    `${over ? "OVER" : "ok  "} ${what.padEnd(26)} ${String(sizes[what]).padStart(7)} of ${limit}`,
  );
}
const foreign = files.filter(
  (name) =>
    /\.(js|css|html)$/.test(name) && namesAnotherHost(readFileSync(join("dist", name), "utf8")),
);
if (foreign.length > 0) console.log(`OVER names another host: ${foreign.join(", ")}`);
process.exit(failed || foreign.length > 0 ? 1 : 0);

function namesAnotherHost(text) {
  // XML namespaces are names, not addresses.
  return (text.match(/https?:\/\/[a-z0-9.-]+/gi) ?? []).some(
    (found) => !found.includes("www.w3.org"),
  );
}
