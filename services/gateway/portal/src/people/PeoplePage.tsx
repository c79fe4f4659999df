/** Teammates: who is here, and one press to chat with them. */
import { MessageSquareText } from "lucide-react";
import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import { IconButton } from "../kit/Button";
import { Avatar, Empty } from "../kit/bits";
import { strings } from "../strings";
import { gateway } from "../sync/gateway";
import { putConversation, world } from "../sync/store";
import { notice } from "../sync/toasts";
import { useTopic } from "../sync/topics";
import css from "./people.module.css";

export default function PeoplePage() {
  useTopic("people");
  const [, go] = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const others = [...world.people.values()]
    .filter((person) => person.id !== world.me?.id)
    .sort((a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name));
  const chat = async (id: string) => {
    try {
      const conversation = await gateway.start({ kind: "direct", to: [id] });
      if ("id" in conversation) {
        putConversation(conversation);
        go(pathTo.conversation(conversation.id));
      }
    } catch {
      notice({ kind: "alert", text: strings.couldNotStart });
    }
  };
  return (
    <main className={css.people} id="conversation">
      <h1 ref={heading} tabIndex={-1}>
        {strings.people}
      </h1>
      {others.length === 0 && <Empty title={strings.noTeammates} />}
      {others.length > 0 && (
        <table aria-label={strings.teammates}>
          <thead>
            <tr>
              <th scope="col">{strings.name}</th>
              <th scope="col">{strings.extension}</th>
              <th scope="col">{strings.presence}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {others.map((person) => (
              <tr key={person.id}>
                <td>
                  <Avatar id={person.id} name={person.name} size="small" online={person.online} />
                  {person.name}
                </td>
                <td>{person.dial}</td>
                <td data-online={person.online}>
                  {person.online ? strings.onlineShort : strings.offlineShort}
                </td>
                <td>
                  <IconButton
                    label={strings.chatWith(person.name)}
                    onClick={() => void chat(person.id)}
                  >
                    <MessageSquareText size={18} aria-hidden />
                  </IconButton>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}
