// USE-1: a period's days are those of the organization's clocks, whatever the reader's are.
import { describe, expect, it } from "vitest";
import { csvOf, daysOf } from "../src/usage/api";

const NEW_YEAR = Date.parse("2027-01-01T03:00:00Z");

describe("the days of a period", () => {
  it("end today, where the organization is", () => {
    expect(daysOf("today", NEW_YEAR, "America/New_York")).toMatchObject({
      from: "2026-12-31",
      to: "2026-12-31",
    });
    expect(daysOf("today", NEW_YEAR, "Asia/Tokyo").to).toBe("2027-01-01");
  });

  it("count both ends", () => {
    expect(daysOf("week", NEW_YEAR, "UTC")).toMatchObject({ from: "2026-12-26", to: "2027-01-01" });
    expect(daysOf("month", NEW_YEAR, "UTC").from).toBe("2026-12-03");
    expect(daysOf("this", NEW_YEAR, "America/New_York").from).toBe("2026-12-01");
  });

  it("stay whole over a change of the clocks", () => {
    const after = Date.parse("2026-11-02T12:00:00Z");
    expect(daysOf("week", after, "America/New_York").from).toBe("2026-10-27");
  });

  it("go into the address of a file", () => {
    const days = { from: "2026-12-01", to: "2026-12-31", zone: "Europe/Berlin" };
    expect(csvOf(days, "number")).toBe(
      "/api/v1/usage.csv?from=2026-12-01&to=2026-12-31&zone=Europe%2FBerlin&by=number",
    );
  });
});
