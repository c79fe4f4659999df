/** `button "Add contact"` of a thread whose number is nobody's yet. */
import { UserRoundPlus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { IconButton } from "../kit/Button";
import { words } from "./words";

const AddContactDialog = lazy(() => import("./AddContactDialog"));

export default function AddContact({ number }: { number: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton label={words.add} onClick={() => setOpen(true)}>
        <UserRoundPlus size={18} aria-hidden />
      </IconButton>
      {open && (
        <Suspense fallback={null}>
          <AddContactDialog number={number} close={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
