/** What was begun in one conversation goes along to another with the same person. */
import { draftOf, saveDraft } from "../sync/drafts";
import { uploads } from "../sync/session";

/** What was begun there before stays above what comes along. */
export async function bring(from: string, to: string): Promise<void> {
  const [draft, begun] = [draftOf(from), draftOf(to)];
  if (draft) saveDraft(to, begun && begun !== draft ? `${begun}\n${draft}` : draft);
  saveDraft(from, "");
  await uploads.move(from, to);
}
