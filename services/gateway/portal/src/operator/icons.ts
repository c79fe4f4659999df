/** Icons of pages that few people see: nobody else fetches them. */
export { ChartColumn, Inbox, ScrollText, SlidersHorizontal } from "lucide-react";
