/** "Oops": no texts, and why; a page where there is no chat either, else a note where texts would be. */
import { MessageSquareOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import css from "./oops.module.css";
import { words } from "./words";

type Reason = keyof typeof words.user;

const PLACES: Record<Reason, () => string> = {
  "no-number": () => `/admin/numbers?extension=${encodeURIComponent(world.me?.id ?? "")}`,
  "user-off": () => "/admin/extensions",
  "system-off": () => "/admin/system",
};

/** The sentence, and for admins the way to mend it. */
export function Why() {
  useTopic("me");
  const reason = world.rights?.messaging.sms.reason;
  if (!reason) return null;
  const admin = world.me?.roles.some((role) => role === "admin" || role === "operator");
  if (!admin) return <p>{words.user[reason]}</p>;
  return (
    <p>
      {words.admin[reason]} <Link href={PLACES[reason]()}>{words.links[reason]}</Link>
    </p>
  );
}

export default function Oops() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <main className={css.oops} id="conversation">
      <MessageSquareOff size={40} aria-hidden />
      <h1 ref={heading} tabIndex={-1}>
        {words.title}
      </h1>
      <Why />
    </main>
  );
}
