/** Questions and wishes about contacts, and whom a typed text may mean. */
import type { Contact, Recipients } from "../contract/shapes";
import { client, decided, newKey, once, Refusal, told } from "../sync/gateway";

export type Book = "phonebook" | "own";
export type Wish = Omit<Contact, "id" | "revision" | "created_by" | "numbers" | "emails"> & {
  numbers: { number: string; label: string }[];
  emails: { address: string; label: string }[];
};
export interface Report {
  taken: number;
  refused_count: number;
  refused: { row: number; name: string; code: string; text: string }[];
}

export function recipientsFor(q: string): Promise<Recipients> {
  return told(client.GET("/api/v1/recipients", { params: { query: { q } } }));
}

export async function pageOf(book: Book, q: string, after: string | null) {
  const query = { book, limit: 50, ...(q ? { q } : {}), ...(after ? { after } : {}) };
  return told(client.GET("/api/v1/contacts", { params: { query } }));
}

export function contactOf(contact_id: string): Promise<Contact> {
  return told(client.GET("/api/v1/contacts/{contact_id}", { params: { path: { contact_id } } }));
}

export function create(body: Wish): Promise<Contact> {
  return decided<Contact>(client.POST("/api/v1/contacts", { params: { header: once() }, body }));
}

export function change(contact: Contact, wish: Wish): Promise<Contact> {
  const params = { path: { contact_id: contact.id }, header: once() };
  const body = { ...wish, revision: contact.revision };
  return decided<Contact>(client.PUT("/api/v1/contacts/{contact_id}", { params, body }));
}

export function remove(contact_id: string): Promise<unknown> {
  const params = { path: { contact_id }, header: once() };
  return decided(client.DELETE("/api/v1/contacts/{contact_id}", { params }));
}

export const exportUrl = (book: Book, format: "csv" | "vcard") =>
  `/api/v1/contacts/export?book=${book}&format=${format}`;

/** A file goes as it is; the answer names every row that was not taken. */
export async function importFile(book: Book, file: File): Promise<Report> {
  const format = /\.vcf$|\.vcard$/i.test(file.name) ? "vcard" : "csv";
  const answer = await fetch(`/api/v1/contacts/import?book=${book}&format=${format}`, {
    method: "POST",
    body: file,
    headers: { "X-Tandem": "portal", "Idempotency-Key": newKey() },
  });
  const said = await answer.json();
  if (!answer.ok) throw new Refusal(answer.status, said);
  return said;
}
