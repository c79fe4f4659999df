/** The page's addresses, both ways. */

export type Route =
  | { page: "messages"; conversation: string | null }
  | { page: "preview"; queue: string; conversation: string }
  | { page: "new" }
  | { page: "people" }
  | { page: "nowhere" };

export function parse(path: string): Route {
  const [page, first, second, third] = path.split("/").filter(Boolean).map(decodeURIComponent);
  if (page === undefined || page === "login") return { page: "messages", conversation: null };
  if (page === "people") return { page: "people" };
  if (page !== "messages") return { page: "nowhere" };
  if (first === "new") return { page: "new" };
  if (first === "queue" && second && third)
    return { page: "preview", queue: second, conversation: third };
  return { page: "messages", conversation: first ?? null };
}

export const pathTo = {
  messages: "/messages",
  people: "/people",
  create: "/messages/new",
  conversation: (id: string) => `/messages/${encodeURIComponent(id)}`,
  preview: (queue: string, id: string) =>
    `/messages/queue/${encodeURIComponent(queue)}/${encodeURIComponent(id)}`,
};
