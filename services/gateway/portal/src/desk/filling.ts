/** What a canned reply's variables stand for in a conversation. */
import type { Conversation } from "../contract/shapes";
import { world } from "../sync/store";

/** Fill in what is known; a variable that nobody knows stays as it was written. */
export function filled(text: string, conversation: Conversation, company: string): string {
  const known = valuesOf(conversation, company);
  return text.replace(/\{([a-z_]+)\}/g, (written, name: string) => known[name] || written);
}

function valuesOf(conversation: Conversation, company: string): Record<string, string> {
  const { name, number, queue } = conversation;
  return {
    customer: name,
    first_name: name.split(/\s+/, 1)[0] ?? name,
    number: number?.display ?? "",
    agent: world.me?.name ?? "",
    queue: queue?.name ?? "",
    company,
  };
}
