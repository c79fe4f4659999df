/** More open conversations than anybody keeps an eye on: said, and the way to the oldest shown. */
import { pathTo } from "../app/routes";
import { client, told } from "../sync/gateway";
import { world } from "../sync/store";
import { notice } from "../sync/toasts";
import { words } from "./words";

export async function tellCrowd(): Promise<void> {
  const most = world.limits?.open_conversations ?? Number.POSITIVE_INFINITY;
  const { count, oldest } = await told(client.GET("/api/v1/open-conversations"));
  if (count <= most || !oldest) return;
  const action = { label: words.oldest, href: pathTo.conversation(oldest.id) };
  notice({ kind: "alert", text: words.tooMany(most), action });
}
