import { readFileSync } from "node:fs";
import { defineConfig } from "vite";
import { compressed } from "./compressed.mjs";

// Four lines are all that stands between Preact and React (portal.md §1): PORTAL_RUNTIME=react skips them.
const preact = [
  { find: "react/jsx-runtime", replacement: "preact/jsx-runtime" },
  { find: "react-dom/client", replacement: "preact/compat/client" },
  { find: "react-dom", replacement: "preact/compat" },
  { find: "react", replacement: "preact/compat" },
].map(({ find, replacement }) => ({ find: new RegExp(`^${find}$`), replacement }));

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

// The first page names every chunk: a letter less of each is 50 bytes, and seven are enough.
const NAMES = "assets/[name]-[hash:7].js";

export default defineConfig({
  resolve: { alias: process.env.PORTAL_RUNTIME === "react" ? [] : preact },
  define: { __PORTAL_VERSION__: JSON.stringify(version) },
  build: {
    target: "baseline-widely-available",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: "index.html", sw: "src/sw.ts" },
      output: {
        // The worker's address may not change with its content: browsers compare bytes, not names.
        // What every page needs travels as one: cut into small pieces it would weigh a tenth more.
        codeSplitting: {
          groups: [
            { name: "packages", test: /\/node_modules\/(?!lucide-react\/dist\/esm\/icons\/)/ },
            {
              name: "base",
              test: /\/src\/(sync|kit|contract|app)\/(?!SignIn|Dialog|[Ss]ections|letters)/,
            },
          ],
        },
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : NAMES),
        chunkFileNames: NAMES,
      },
    },
  },
  plugins: [compressed()],
  server: {
    proxy: { "/api": { target: process.env.PORTAL_GATEWAY ?? "http://127.0.0.1:8080", ws: true } },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] },
} as never);
