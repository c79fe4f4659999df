// Both languages say everything, each in its own words.
import { describe, expect, it } from "vitest";
import { en } from "../src/strings/en";
import { es } from "../src/strings/es";

const ALIKE = new Set(["themes.system", "kinds.sms", "kinds.chat", "cancel"]);

function said(value: unknown, path = ""): [string, string][] {
  if (typeof value === "function") return [[path, String(value(3, "x"))]];
  if (typeof value !== "object" || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    said(inner, path ? `${path}.${key}` : key),
  );
}

describe("the strings", () => {
  it("are complete and translated", () => {
    const spanish = new Map(said(es));
    for (const [path, text] of said(en)) {
      expect(spanish.get(path), path).toBeTruthy();
      const words = /[A-Za-z]{4,}/.test(text) && !ALIKE.has(path);
      if (words && path !== "saidAloud" && path !== "by" && path !== "at")
        expect(spanish.get(path), path).not.toBe(text);
    }
  });

  it("count as each language counts", () => {
    expect([en.newMessages(1), en.newMessages(2)]).toEqual(["1 new message", "2 new messages"]);
    expect([es.newMessages(1), es.newMessages(2)]).toEqual([
      "1 mensaje nuevo",
      "2 mensajes nuevos",
    ]);
  });
});
