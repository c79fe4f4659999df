/** The log as the table sees it: rows by number, of which only those in view are fetched.
 *
 * Without a filter a row's position follows from its number, so any part of a million is one
 * request away. What matches a filter is known only from its newest on.
 */
import { type Fact, type Filter, log } from "./api";

const PAGE = 100;
/** Pages that are kept; more are forgotten, the oldest visit first. */
const MOST_PAGES = 200;

export class Book {
  /** How many rows there are to scroll over. */
  count = 0;
  /** How many facts match; null where they are too many to be counted. */
  matching: number | null = null;
  newest = 0;
  state: "loading" | "there" | "failed" = "loading";
  readonly #filter: Filter;
  readonly #changed: () => void;
  readonly #sifted: boolean;
  readonly #pages = new Map<number, Map<number, Fact>>();
  readonly #asked = new Set<number>();
  #found: Fact[] = [];
  #more = false;

  constructor(filter: Filter, changed: () => void) {
    this.#filter = filter;
    this.#changed = changed;
    this.#sifted = Object.values(filter).some(Boolean);
  }

  /** Fetch the newest; what is there already is forgotten. */
  async load(): Promise<void> {
    this.state = "loading";
    await this.#asking(async () => {
      const page = await log.facts(this.#filter, { limit: PAGE, count: true });
      this.#pages.clear();
      this.#found = page.items;
      this.#more = page.more;
      this.matching = page.matching;
      this.newest = page.newest;
      if (!this.#sifted) this.#keep(page.items);
      this.state = "there";
    });
  }

  row(index: number): Fact | undefined {
    if (this.#sifted) return this.#found[index];
    const position = this.newest - index;
    return this.#pages.get(pageOf(position))?.get(position);
  }

  /** Fetch what is missing of these rows. */
  want(first: number, last: number): void {
    if (this.state !== "there") return;
    if (this.#sifted) {
      const oldest = this.#found.at(-1);
      if (oldest && this.#more && last >= this.#found.length) this.#older(oldest.position);
      return;
    }
    const pages = new Set<number>();
    for (let index = first; index <= last; index += 1) {
      const position = this.newest - index;
      if (position > 0 && !this.row(index)) pages.add(pageOf(position));
    }
    for (const page of pages) this.#fetch(page);
  }

  /** Fetch what is newer than the newest; gives how many rows came. */
  async follow(): Promise<number> {
    if (this.state !== "there") return 0;
    let came = 0;
    await this.#asking(async () => {
      const page = await log.facts(this.#filter, { after: this.newest, limit: PAGE });
      came = this.#sifted ? page.items.length : page.newest - this.newest;
      if (this.matching !== null) this.matching += came;
      this.newest = page.newest;
      if (this.#sifted) this.#found = [...page.items, ...this.#found];
      else this.#keep(page.items);
    });
    return came;
  }

  #older(before: number): void {
    if (this.#asked.has(before)) return;
    this.#asked.add(before);
    void this.#asking(async () => {
      const page = await log.facts(this.#filter, { before, limit: PAGE });
      this.#found = [...this.#found, ...page.items];
      this.#more = page.more;
    }).finally(() => this.#asked.delete(before));
  }

  #fetch(page: number): void {
    if (this.#asked.has(page)) return;
    this.#asked.add(page);
    void this.#asking(async () => {
      const found = await log.facts({}, { before: (page + 1) * PAGE + 1, limit: PAGE });
      this.#keep(found.items);
    }).finally(() => this.#asked.delete(page));
  }

  async #asking(ask: () => Promise<void>): Promise<void> {
    try {
      await ask();
    } catch {
      if (this.state === "loading") this.state = "failed";
    }
    this.count = this.#sifted ? this.#found.length + (this.#more ? 1 : 0) : this.newest;
    this.#changed();
  }

  #keep(facts: Fact[]): void {
    for (const fact of facts) {
      const page = pageOf(fact.position);
      const known = this.#pages.get(page) ?? new Map<number, Fact>();
      known.set(fact.position, fact);
      this.#pages.set(page, known);
    }
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > MOST_PAGES && oldest !== undefined) this.#pages.delete(oldest);
  }
}

function pageOf(position: number): number {
  return Math.floor((position - 1) / PAGE);
}
