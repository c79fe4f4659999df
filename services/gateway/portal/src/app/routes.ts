/** The page's addresses, both ways. */

export type Route =
  | { page: "messages"; conversation: string | null }
  | { page: "preview"; queue: string; conversation: string }
  | { page: "new" }
  | { page: "other"; name: string; rest: string[] };

export function parse(path: string): Route {
  const parts = path.split("/").filter(Boolean).map(decodeURIComponent);
  const [page, first, second, third] = parts;
  if (page === undefined || page === "login") return { page: "messages", conversation: null };
  if (page !== "messages") return { page: "other", name: page, rest: parts.slice(1) };
  if (first === "new") return { page: "new" };
  if (first === "queue" && second && third)
    return { page: "preview", queue: second, conversation: third };
  return { page: "messages", conversation: first ?? null };
}

export const pathTo = {
  messages: "/messages",
  page: (...parts: string[]) => `/${parts.map(encodeURIComponent).join("/")}`,
  create: "/messages/new",
  conversation: (id: string) => `/messages/${encodeURIComponent(id)}`,
  preview: (queue: string, id: string) =>
    `/messages/queue/${encodeURIComponent(queue)}/${encodeURIComponent(id)}`,
};
