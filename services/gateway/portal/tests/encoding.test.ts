// The composer counts as the gateway counts: both read the one corpus.
import { describe, expect, it } from "vitest";
import cases from "../../../../tests/fixtures/encoding.json";
import { type Measure, measure, simplify, split } from "../src/messages/encoding";

interface Case {
  text: string;
  measure: Measure;
  parts: string[];
  plain: string;
  replaced: [was: string, now: string, position: number][];
}
const corpus = cases as unknown as Case[];

describe("the encoding", () => {
  it("measures, cuts and simplifies every text of the corpus as Python does", () => {
    expect(corpus.length).toBeGreaterThan(100);
    for (const { text, measure: measured, parts, plain, replaced } of corpus) {
      expect(measure(text), text).toEqual(measured);
      expect(split(text), text).toEqual(parts);
      const said = simplify(text);
      expect(said.text, text).toBe(plain);
      expect(
        said.replaced.map(({ was, now, position }) => [was, now, position]),
        text,
      ).toEqual(replaced);
    }
  });

  it("costs nothing where there is nothing", () => {
    expect(measure("")).toMatchObject({ encoding: "gsm7", segments: 0, left: 160 });
  });
});
