/** Files that are dragged over a thread: the whole of it takes them. */
import { type DragEvent, useRef, useState } from "react";

export function useDropping(take: ((files: File[]) => void) | null) {
  const [over, setOver] = useState(false);
  // Children fire enter and leave of their own: only the balance says whether the pointer is out.
  const depth = useRef(0);
  const hasFiles = (event: DragEvent) => take && event.dataTransfer.types.includes("Files");
  const move = (event: DragEvent, by: number) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth.current = Math.max(0, depth.current + by);
    setOver(depth.current > 0);
  };
  const handlers = {
    onDragEnter: (event: DragEvent) => move(event, 1),
    onDragLeave: (event: DragEvent) => move(event, -1),
    onDragOver: (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth.current = 0;
      setOver(false);
      take?.([...event.dataTransfer.files]);
    },
  };
  return { over, handlers };
}
