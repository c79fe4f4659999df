/** From composer to outbox: the words, and the files of the tray in their order. */
import type { Conversation } from "../contract/shapes";
import { newKey } from "../sync/gateway";
import type { OutgoingFile } from "../sync/outbox";
import { outbox, uploads } from "../sync/session";
import type { Attached } from "../sync/uploads";
import { rememberPreviews } from "./previews";

export async function sendFrom({ id, queue }: Conversation, text: string): Promise<void> {
  const attached = uploads.of(id);
  const key = newKey();
  rememberPreviews(key, attached);
  const sending = outbox.send(id, text, queue?.epoch ?? null, attached.map(outgoing), key);
  await uploads.take(id);
  await sending;
}

function outgoing({ upload, name, mediaType, size, width, height }: Attached): OutgoingFile {
  return { upload: upload ?? "", name, mediaType, size, width, height };
}
