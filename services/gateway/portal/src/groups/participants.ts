/** Who takes part in a conversation, and how each is reached. */
import type { Conversation, Person, Phone } from "../contract/shapes";
import { world } from "../sync/store";

export interface Participant {
  id: string;
  name: string;
  how: "CHAT" | "SMS";
  me: boolean;
  online: boolean | undefined;
  person: Person | null;
  phone: Phone | null;
}

export function participantsOf({ members, counterparts, kind }: Conversation): Participant[] {
  const inside = kind === "sms" ? [] : members.map(inHouse);
  return [...inside, ...counterparts.map(outside)];
}

function inHouse(member: Person): Participant {
  const known = world.people.get(member.id) ?? member;
  return {
    id: known.id,
    name: known.name,
    how: "CHAT",
    me: known.id === world.me?.id,
    online: known.online,
    person: known,
    phone: null,
  };
}

function outside(phone: Phone): Participant {
  return {
    id: phone.number,
    name: phone.display,
    how: "SMS",
    me: false,
    online: undefined,
    person: null,
    phone,
  };
}
