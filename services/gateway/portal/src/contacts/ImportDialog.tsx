/** `dialog "Import contacts"`: a file in, and a word about every row that was not taken. */
import { useState } from "react";
import { Button } from "../kit/Button";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import { failureOf } from "../sync/gateway";
import { type Book, importFile, type Report } from "./api";
import css from "./book.module.css";
import { words } from "./words";

interface ImportDialogProps {
  book: Book;
  close: () => void;
  imported: () => void;
}

export default function ImportDialog({ book, close, imported }: ImportDialogProps) {
  const [file, setFile] = useState<File | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const start = async () => {
    if (!file) return setTrouble(words.chooseFile);
    setBusy(true);
    setTrouble(null);
    try {
      setReport(await importFile(book, file));
      imported();
    } catch (error) {
      setTrouble(failureOf(error).text || strings.didNotWork);
    }
    setBusy(false);
  };
  return (
    <Dialog title={words.importTitle} lead={words.importLead} onClose={close}>
      {report ? (
        <Told report={report} close={close} />
      ) : (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <Field label={words.file} error={trouble}>
            <input
              type="file"
              className={kit.input}
              accept=".csv,.vcf,.vcard,text/csv,text/vcard"
              onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
            />
          </Field>
          <DialogActions>
            <Button onClick={close}>{strings.cancel}</Button>
            <Button submit kind="primary" disabled={busy}>
              {words.import}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

function Told({ report, close }: { report: Report; close: () => void }) {
  return (
    <>
      <p role="status">
        <strong>{words.taken(report.taken)}</strong>
        {report.refused_count > 0 && <> · {words.refused(report.refused_count)}</>}
      </p>
      {report.refused.length > 0 && (
        <section
          className={css.refused}
          aria-label={words.refused(report.refused_count)}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
          tabIndex={0}
        >
          <table>
            <thead>
              <tr>
                <th scope="col">{words.row}</th>
                <th scope="col">{words.name}</th>
                <th scope="col">{words.why}</th>
              </tr>
            </thead>
            <tbody>
              {report.refused.map((one) => (
                <tr key={`${one.row}-${one.code}`}>
                  <td>{one.row}</td>
                  <td>{one.name}</td>
                  <td>{one.text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <DialogActions>
        <Button kind="primary" onClick={close}>
          {words.done}
        </Button>
      </DialogActions>
    </>
  );
}
