// Writes .gz and .br beside every text file of the build, so that the gateway never compresses.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const TEXT = /\.(js|css|html|svg|webmanifest)$/;

export function compressed() {
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      for (const name of readdirSync("dist", { recursive: true })) {
        if (!TEXT.test(name)) continue;
        const path = join("dist", name);
        const bytes = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(bytes));
      }
    },
  };
}
