/** An upload's questions to the gateway; its pieces by XMLHttpRequest, which alone tells how far it is. */
import type { Problem, Upload } from "../contract/shapes";
import { gateway, Refusal, Unreachable } from "./gateway";
import type { Piece, UploadPorts } from "./uploads";

/** Half a megabyte on a slow line in the field. */
const PIECE_MS = 60_000;

async function answered(asking: Promise<Upload>): Promise<Piece> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof Unreachable) return "later";
    if (error instanceof Refusal) return refusal(error.problem);
    throw error;
  }
}

function refusal(problem: Problem): Piece {
  const { code, detail: text } = problem;
  const { offset } = problem as { offset?: number };
  return { refused: offset === undefined ? { code, text } : { code, text, offset } };
}

function add(
  id: string,
  offset: number,
  piece: Blob,
  tell: (sent: number) => void,
): Promise<Piece> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("PATCH", `/api/v1/uploads/${id}`);
    request.setRequestHeader("X-Tandem", "portal");
    request.setRequestHeader("Upload-Offset", String(offset));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.timeout = PIECE_MS;
    request.upload.onprogress = (event) => tell(Math.min(event.loaded, piece.size));
    request.onload = () => resolve(read(request));
    request.onerror = () => resolve("later");
    request.ontimeout = () => resolve("later");
    request.send(piece);
  });
}

function read({ status, response }: XMLHttpRequest): Piece {
  if (status === 200) return response as Upload;
  const code = (response as Problem | null)?.code;
  if (status >= 500 || status === 429 || !code) return "later";
  return refusal(response as Problem);
}

export const transfer: Pick<UploadPorts, "open" | "add" | "look" | "complete" | "cancel"> = {
  open: (key, name, size) => answered(gateway.openUpload(key, name, size)),
  add,
  look: (id) => answered(gateway.upload(id)),
  complete: (id) => answered(gateway.completeUpload(id)),
  cancel: (id) => void gateway.cancelUpload(id).catch(() => {}),
};
