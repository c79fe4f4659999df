/** "Chat and SMS": everything that one may read, and one conversation of it with whose it is. */
import { useSearch } from "wouter";
import type { PageProps } from "../app/pages";
import { HistoryDetail } from "./HistoryDetail";
import { HistoryList } from "./HistoryList";

/** The list stays behind the detail, so that one comes back to where one was. */
export default function HistoryPage({ rest: [chosen] }: PageProps) {
  const at = Number(new URLSearchParams(useSearch()).get("at")) || null;
  return (
    <>
      <HistoryList hidden={chosen !== undefined} />
      {chosen !== undefined && <HistoryDetail key={chosen} id={chosen} at={at} />}
    </>
  );
}
