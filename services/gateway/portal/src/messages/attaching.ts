/** Files on their way into the tray; what may not come along is judged once there are any. */
import type { Conversation } from "../contract/shapes";
import { strings } from "../strings";
import { uploads } from "../sync/session";
import { world } from "../sync/store";
import { notice } from "../sync/toasts";
import { touch } from "../sync/topics";

const KB = 1_000;
const MB = 1_000_000;

/** Where the number may send files; the same words for the button, a drop and a paste. */
export function attachTo(conversation: Conversation, files: File[]): void {
  if (files.length === 0) return;
  if (conversation.sending.files) void attach(conversation.id, files);
  else notice({ kind: "alert", text: strings.tollFreeFiles });
}

/** Being made small: already in the tray, not yet on their way. */
let waiting: readonly { conversation: string; file: File }[] = [];

export function preparing(conversation: string): File[] {
  return waiting.filter((one) => one.conversation === conversation).map((one) => one.file);
}

/** Take what may be taken, in order; say of each that may not why. Sending waits from the first moment. */
async function attach(conversation: string, files: File[]): Promise<void> {
  const { limits } = world;
  if (!limits) return;
  wait([...waiting, ...files.map((file) => ({ conversation, file }))], conversation);
  const drop = (file: File) =>
    wait(
      waiting.filter((one) => one.file !== file),
      conversation,
    );
  const { prepared, refusalOf, tooMuch } = await import("./judging");
  const taken = files.filter((file, index) => {
    const coming = preparing(conversation).length - (files.length - index);
    const trouble = refusalOf(file, limits, uploads.of(conversation).length + coming);
    if (!trouble) return true;
    notice({ kind: "alert", text: trouble });
    drop(file);
    return false;
  });
  for (const file of taken) {
    const ready = await prepared(file, limits);
    const late = tooMuch(ready, limits, uploads.of(conversation));
    // It stands in the tray from the call on; that it is kept may take a while longer.
    const kept = late ? notice({ kind: "alert", text: late }) : uploads.attach(conversation, ready);
    drop(file);
    await kept;
  }
}

function wait(files: typeof waiting, conversation: string): void {
  waiting = files;
  touch(`uploads:${conversation}`);
}

/** "2 MB", "613 KB": decimal, as the limits are. */
export function sizeOf(bytes: number): string {
  const format = new Intl.NumberFormat(strings.lang, { maximumFractionDigits: 1 });
  return bytes >= MB ? `${format.format(bytes / MB)} MB` : `${Math.ceil(bytes / KB)} KB`;
}
