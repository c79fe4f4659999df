/** `form "Message composer"`: Enter sends, Shift+Enter breaks the line, an input method keeps its Enter. */
import { Clock3, Paperclip, SendHorizontal } from "lucide-react";
import {
  type KeyboardEvent,
  lazy,
  Suspense,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Conversation } from "../contract/shapes";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import { draftOf, saveDraft } from "../sync/drafts";
import { uploads } from "../sync/session";
import { world } from "../sync/store";
import { notice } from "../sync/toasts";
import { useTopic } from "../sync/topics";
import { attachTo, preparing } from "./attaching";
import { takeFocus } from "./claiming";
import css from "./composer.module.css";
import { sendFrom } from "./sending";

// The field is there at once; what stands around it may come a moment later.
const FromPicker = lazy(() => import("./FromPicker"));
const Reach = lazy(() => import("../groups/Reach"));
const Length = lazy(() => import("./Length"));
const MessageType = lazy(() => import("./MessageType"));
const MateNote = lazy(() => import("../live/MateNote"));
const Canned = lazy(() => import("../desk/Canned"));
const ScheduleDialog = lazy(() => import("../scheduled/ScheduleDialog"));
const Tray = lazy(() => import("./Tray"));

/** Keys of an input method at work report this code in browsers that lack `isComposing`. */
const COMPOSING = 229;

interface ComposerProps {
  conversation: Conversation;
  /** Takes the focus only where it was asked for. */
  aside?: boolean;
}

export function Composer({ conversation, aside = false }: ComposerProps) {
  const { id } = conversation;
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, write] = useDraft(id, field, aside);
  const why = useId();
  const files = useFiles(id);
  const [later, setLater] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => grow(field.current), [text]);
  const nothing = text.trim() === "" && files.all === 0;
  const send = () => {
    if (nothing || files.busy || !field.current) return;
    // The field itself, not the state of the last render: a held Enter must not send the text twice.
    const said = field.current.value.trim();
    if (said === "" && files.all === 0) return;
    field.current.value = "";
    write("");
    void sendFrom(conversation, said);
    field.current.focus();
  };
  const key = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { isComposing, keyCode, repeat } = event.nativeEvent;
    if (event.key !== "Enter" || event.shiftKey || isComposing || keyCode === COMPOSING) return;
    event.preventDefault();
    if (!repeat) send();
  };
  const simple = (plain: string, replaced: string) => {
    write(plain);
    field.current?.focus();
    const undo = { label: strings.undo, run: () => write(text) };
    notice({ kind: "status", text: replaced, action: undo });
  };
  return (
    <form
      className={css.composer}
      // Several may stand beside one another: each says whose it is.
      aria-label={aside ? strings.by(strings.composer, conversation.name) : strings.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {text.startsWith("/") && !/\s/.test(text) && (
        <Suspense fallback={null}>
          <Canned conversation={conversation} text={text} field={field} write={write} />
        </Suspense>
      )}
      <div className={css.box}>
        {files.all > 0 && (
          <Suspense fallback={null}>
            <Tray conversation={id} done={() => field.current?.focus()} />
          </Suspense>
        )}
        <div className={css.line}>
          <AttachButton conversation={conversation} done={() => field.current?.focus()} />
          <textarea
            ref={field}
            rows={1}
            dir="auto"
            aria-label={strings.type}
            placeholder={strings.type}
            value={text}
            onInput={(event) => write(event.currentTarget.value)}
            onKeyDown={key}
            onPaste={(event) => {
              const pasted = [...event.clipboardData.files];
              // A table brings its picture along: then the words are meant.
              if (pasted.length === 0 || event.clipboardData.types.includes("text/plain")) return;
              event.preventDefault();
              attachTo(conversation, pasted);
            }}
          />
          {conversation.queue === null && files.all === 0 && text.trim() !== "" && (
            <button
              type="button"
              className={css.attach}
              aria-label={strings.sendLater}
              title={strings.sendLater}
              onClick={() => setLater(true)}
            >
              <Clock3 size={19} aria-hidden />
            </button>
          )}
          <button
            type="submit"
            className={css.send}
            aria-label={strings.send}
            aria-describedby={files.words ? why : undefined}
            disabled={nothing || files.busy}
          >
            <SendHorizontal size={19} aria-hidden />
          </button>
        </div>
      </div>
      {later && (
        <Suspense fallback={null}>
          <ScheduleDialog
            conversation={id}
            text={text.trim()}
            done={() => write("")}
            close={() => setLater(false)}
          />
        </Suspense>
      )}
      <div className={css.foot}>
        {world.numbers.length > 1 && conversation.kind === "sms" && !conversation.queue && (
          <Suspense fallback={null}>
            <FromPicker conversation={conversation} />
          </Suspense>
        )}
        {mayBeEither(conversation) && (
          <Suspense fallback={null}>
            <MessageType conversation={conversation} aside={aside} />
          </Suspense>
        )}
        {conversation.kind === "direct" && (
          <Suspense fallback={null}>
            <MateNote conversation={conversation} />
          </Suspense>
        )}
        {files.words && (
          <span id={why} className={css.busy}>
            {files.words}
          </span>
        )}
        {conversation.kind === "group" && conversation.counterparts.length > 0 && (
          <Suspense fallback={null}>
            <Reach conversation={conversation} />
          </Suspense>
        )}
        {conversation.kind === "sms" && (
          <Suspense fallback={null}>
            <Length text={text} replace={simple} />
          </Suspense>
        )}
      </div>
    </form>
  );
}

type Field = { current: HTMLTextAreaElement | null };

/** A colleague, or somebody outside who stands in a book: their contact may know both ways. */
function mayBeEither({ kind, queue, counterparts }: Conversation): boolean {
  if (kind === "direct") return world.numbers.length > 0;
  return kind === "sms" && !queue && counterparts.length === 1 && !!counterparts[0]?.contact_id;
}

function useDraft(id: string, field: Field, aside: boolean) {
  const [text, setText] = useState(() => draftOf(id));
  useTopic(`draft:${id}`);
  const draft = draftOf(id);
  const typed = useRef(text);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there is another draft
  useEffect(() => {
    // Another tab wrote on, or something was given back. Asked again: this runs after a moment,
    // in which more may have been typed.
    const now = draftOf(id);
    if (now.trim() === typed.current.trim()) return;
    typed.current = now;
    setText(now);
  }, [id, draft]);
  useEffect(() => {
    const wide = !aside && matchMedia("(pointer: fine)").matches;
    if (takeFocus(id) || wide) field.current?.focus({ preventScroll: true });
  }, [id, field, aside]);
  const write = (next: string) => {
    typed.current = next;
    setText(next);
    saveDraft(id, next);
  };
  return [text, write] as const;
}

/** How far the tray is, and why the send button waits for it. */
function useFiles(id: string): { all: number; busy: boolean; words: string | null } {
  useTopic(`uploads:${id}`);
  const { done, all, failed } = uploads.progress(id);
  const coming = preparing(id).length;
  const total = all + coming;
  if (done === total) return { all: total, busy: false, words: null };
  const words = failed ? strings.uploadsFailed : strings.uploadingOf(done + 1, total);
  return { all: total, busy: true, words };
}

function AttachButton({ conversation, done }: { conversation: Conversation; done: () => void }) {
  const picker = useRef<HTMLInputElement>(null);
  const why = useId();
  const allowed = conversation.sending.files;
  const kinds = (world.limits?.file_types ?? []).map((ending) => `.${ending}`).join(",");
  return (
    <>
      <button
        type="button"
        className={css.attach}
        aria-label={strings.attach}
        aria-describedby={allowed ? undefined : why}
        aria-keyshortcuts="Control+Shift+A Meta+Shift+A"
        title={allowed ? strings.attach : strings.tollFreeFiles}
        disabled={!allowed}
        onClick={() => picker.current?.click()}
      >
        <Paperclip size={19} aria-hidden />
      </button>
      {!allowed && (
        <span id={why} className={kit.hidden}>
          {strings.tollFreeFiles}
        </span>
      )}
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        accept={kinds}
        onChange={(event) => {
          attachTo(conversation, [...(event.currentTarget.files ?? [])]);
          // The same file may be chosen again after it was removed.
          event.currentTarget.value = "";
          done();
        }}
      />
    </>
  );
}

function grow(field: HTMLTextAreaElement | null): void {
  if (!field || CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
