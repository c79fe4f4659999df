/** `dialog "You've been signed out"`, over the work, which stays as it is. */
import { Dialog } from "../kit/Dialog";
import { strings } from "../strings";
import SignInForm from "./SignInForm";

export default function SignInAgain() {
  return (
    <Dialog title={strings.signedOutTitle} lead={strings.signedOutText} onClose={() => {}}>
      <SignInForm />
    </Dialog>
  );
}
