/** Every question to the gateway, and what its answers mean: a result, a refusal, or nobody knows yet. */
import createClient from "openapi-fetch";
import type { Changes, Failure, Paths, Problem } from "../contract/shapes";

/** Nobody waits longer for one answer; the same key may be asked again. */
const PATIENCE_MS = 15_000;
const POLLS = 20;
const POLL_MS = 500;

export class Refusal extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.detail);
    this.status = status;
    this.problem = problem;
  }
}

/** No answer, or one that says nothing about the question: it may be asked again as it is. */
export class Unreachable extends Error {}

export const client = createClient<Paths>({
  headers: { "X-Tandem": "portal" },
  fetch: (request) => fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) }),
});

let signedOut = () => {};
export function onSignedOut(run: () => void): void {
  signedOut = run;
}

export function newKey(): string {
  // randomUUID needs a secure origin; a plain-http address in the office is not one.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

export async function told<T>(asking: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asking.catch(() => {
    throw new Unreachable();
  });
  if (response.ok) return data as T;
  const problem = error as Problem | undefined;
  if (response.status === 401) signedOut();
  if (response.status >= 500 || response.status === 429 || !problem?.code) throw new Unreachable();
  throw new Refusal(response.status, problem);
}

type Pending = { command_id: string; status_url: string };

/** A 202 is no answer yet: ask for the command's status until there is one. */
export async function decided<T>(asking: Promise<Answer<T | Pending>>): Promise<T> {
  const first = await told(asking);
  if (!isPending(first)) return first;
  for (let poll = 0; poll < POLLS; poll += 1) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const path = { command_id: first.command_id };
    const status = await told(client.GET("/api/v1/commands/{command_id}", { params: { path } }));
    if (status.status === "accepted") return (status.state ?? {}) as T;
    if (status.status === "refused") throw new Refusal(409, problemOf(status));
  }
  throw new Unreachable();
}

function isPending(answer: unknown): answer is Pending {
  return typeof answer === "object" && answer !== null && "status_url" in answer;
}

function problemOf({ code, text }: { code: string | null; text: string | null }): Problem {
  const detail = text ?? "";
  return {
    type: "about:blank",
    title: detail,
    status: 409,
    code: code ?? "refused",
    detail,
    holder: null,
  };
}

export const once = () => ({ "Idempotency-Key": newKey() });
export const CONVERSATION = "/api/v1/conversations/{conversation_id}";
const HELD = "/api/v1/queues/{queue_id}/conversations/{conversation_id}";

export const gateway = {
  signIn: (login: string, password: string) =>
    told(client.POST("/api/v1/session", { body: { login, password } })),
  signOut: () => told(client.DELETE("/api/v1/session")),
  bootstrap: () => told(client.GET("/api/v1/bootstrap")),
  conversations: (filter: "all" | "unread" | "groups" | "closed", before?: string) =>
    told(client.GET("/api/v1/conversations", { params: { query: { filter, before, limit: 50 } } })),
  conversation: (conversation_id: string) =>
    told(client.GET(CONVERSATION, { params: { path: { conversation_id } } })),
  messages: (
    conversation_id: string,
    query: { before?: number; after?: number; around?: number; limit?: number },
  ) =>
    told(client.GET(`${CONVERSATION}/messages`, { params: { path: { conversation_id }, query } })),
  files: (
    conversation_id: string,
    query: { before?: number; after?: number; around?: number; limit?: number },
  ) => told(client.GET(`${CONVERSATION}/files`, { params: { path: { conversation_id }, query } })),
  start: (body: { kind: "direct" | "group" | "sms"; to: string[]; from?: string; name?: string }) =>
    decided(client.POST("/api/v1/conversations", { params: { header: once() }, body })),
  /** The raw answer: the outbox must tell a late decision from a refusal. */
  send: (
    conversation_id: string,
    key: string,
    body: { text: string; epoch: number | null; files?: string[] },
  ) => {
    const params = { path: { conversation_id }, header: { "Idempotency-Key": key } };
    return told(client.POST(`${CONVERSATION}/messages`, { params, body }));
  },
  openUpload: (key: string, name: string, size: number) => {
    const params = { header: { "Idempotency-Key": key } };
    return told(client.POST("/api/v1/uploads", { params, body: { name, size } }));
  },
  upload: (upload_id: string) =>
    told(client.GET("/api/v1/uploads/{upload_id}", { params: { path: { upload_id } } })),
  completeUpload: (upload_id: string) => {
    const params = { path: { upload_id }, header: once() };
    return told(client.POST("/api/v1/uploads/{upload_id}/complete", { params }));
  },
  cancelUpload: (upload_id: string) =>
    told(client.DELETE("/api/v1/uploads/{upload_id}", { params: { path: { upload_id } } })),
  retry: (conversation_id: string, message_id: string) => {
    const params = { path: { conversation_id, message_id }, header: once() };
    return told(client.POST(`${CONVERSATION}/messages/{message_id}/retry`, { params }));
  },
  read: (conversation_id: string, up_to: number) => {
    const params = { path: { conversation_id }, header: once() };
    return told(client.PUT(`${CONVERSATION}/read`, { params, body: { up_to } }));
  },
  unread: (conversation_id: string) =>
    told(
      client.PUT(`${CONVERSATION}/unread`, {
        params: { path: { conversation_id }, header: once() },
      }),
    ),
  close: (conversation_id: string) =>
    decided(
      client.POST(`${CONVERSATION}/close`, {
        params: { path: { conversation_id }, header: once() },
      }),
    ),
  reopen: (conversation_id: string) =>
    decided(
      client.POST(`${CONVERSATION}/reopen`, {
        params: { path: { conversation_id }, header: once() },
      }),
    ),
  queueLogin: (queue_id: string) =>
    decided(
      client.POST("/api/v1/queues/{queue_id}/login", {
        params: { path: { queue_id }, header: once() },
      }),
    ),
  queueLogout: (queue_id: string, held: "release" | "keep") => {
    const params = { path: { queue_id }, header: once() };
    return decided(client.POST("/api/v1/queues/{queue_id}/logout", { params, body: { held } }));
  },
  claim: (path: Place) =>
    decided(client.POST(`${HELD}/claim`, { params: { path, header: once() } })),
  release: (path: Place) =>
    decided(client.POST(`${HELD}/release`, { params: { path, header: once() } })),
  closeHeld: (path: Place) =>
    decided(client.POST(`${HELD}/close`, { params: { path, header: once() } })),
  transfer: (path: Place, body: { to_agent?: string; to_queue?: string; note?: string }) =>
    decided(client.POST(`${HELD}/transfer`, { params: { path, header: once() }, body })),
};

export type Place = { queue_id: string; conversation_id: string };

/** The feed's past, or `expired`: 410 is an answer here, not a refusal. */
export async function changes(id: string, after: number): Promise<Changes | "expired"> {
  try {
    return await told(
      client.GET("/api/v1/changes", { params: { query: { id, after, limit: 500 } } }),
    );
  } catch (error) {
    if (error instanceof Refusal && error.status === 410) return "expired";
    throw error;
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) return { code: error.problem.code, text: error.problem.detail };
  return { code: "unreachable", text: "" };
}
