/** `navigation "Main"`: the rail on wide screens, the bar at the bottom on narrow ones. */
import { MessageSquareText } from "lucide-react";
import { type ReactNode, Suspense, useId } from "react";
import { Link } from "wouter";
import { useUnreadConversations } from "../messages/lists";
import { strings } from "../strings";
import { useTopic } from "../sync/topics";
import css from "./app.module.css";
import { Mark } from "./Mark";
import { ProfileMenu } from "./ProfileMenu";
import { myPages } from "./pages";
import { pathTo } from "./routes";

export function Rail({ page }: { page: string }) {
  const unread = useUnreadConversations();
  useTopic("queues");
  const id = useId();
  return (
    <nav className={css.rail} aria-label={strings.main}>
      <Mark size={38} />
      <ul>
        <Entry
          to={pathTo.messages}
          label={strings.messages}
          icon={<MessageSquareText size={21} aria-hidden />}
          current={page === "messages"}
          describedBy={unread > 0 ? id : undefined}
          dot={unread > 0}
        />
        {myPages().map(
          ({ name, label, icon: Icon }) =>
            Icon && (
              <Entry
                key={name}
                to={pathTo.page(name)}
                label={label()}
                icon={
                  <Suspense fallback={<svg width={21} height={21} aria-hidden />}>
                    <Icon size={21} aria-hidden />
                  </Suspense>
                }
                current={page === name}
              />
            ),
        )}
      </ul>
      {unread > 0 && (
        <span hidden id={id}>
          {strings.unreadConversations(unread)}
        </span>
      )}
      <ProfileMenu />
    </nav>
  );
}

interface EntryProps {
  to: string;
  label: string;
  icon: ReactNode;
  current: boolean;
  describedBy?: string;
  dot?: boolean;
}

function Entry({ to, label, icon, current, describedBy, dot }: EntryProps) {
  return (
    <li>
      <Link href={to} aria-current={current ? "page" : undefined} aria-describedby={describedBy}>
        {icon}
        {label}
        {dot && <span className={css.dot} data-dot aria-hidden="true" />}
      </Link>
    </li>
  );
}
