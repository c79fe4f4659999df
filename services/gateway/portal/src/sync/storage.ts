/** IndexedDB, by hand: what must outlive the page (unsent messages, drafts and their files), and nothing else. */

const NAME = "tandem";
const VERSION = 2;
const SHELVES = ["outbox", "drafts", "uploads"] as const;
export type Shelf = (typeof SHELVES)[number];

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const { result: database } = request;
      for (const shelf of SHELVES)
        if (!database.objectStoreNames.contains(shelf))
          database.createObjectStore(shelf, { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function on<T>(
  shelf: Shelf,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const store = (await open()).transaction(shelf, mode).objectStore(shelf);
  return new Promise((resolve, reject) => {
    const request = act(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export const storage = {
  all: <T>(shelf: Shelf): Promise<T[]> => on(shelf, "readonly", (store) => store.getAll()),
  put: (shelf: Shelf, value: { id: string }) => on(shelf, "readwrite", (store) => store.put(value)),
  remove: (shelf: Shelf, id: string) => on(shelf, "readwrite", (store) => store.delete(id)),
  clear: (shelf: Shelf) => on(shelf, "readwrite", (store) => store.clear()),
};

export type Storage = typeof storage;
