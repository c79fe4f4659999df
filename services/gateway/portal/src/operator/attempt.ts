/** Do what an operator asked for, and say what came of it; true when it is done. */
import { notice, sorry } from "../sync/toasts";

export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work();
    if (done) notice({ kind: "status", text: done });
    return true;
  } catch (error) {
    sorry(error);
    return false;
  }
}
