/**
 * The socket of the feed: it notices silence, sleep and a lost network, and comes back by itself.
 *
 * What arrives goes to the engine; every (re)opening heals, so a lost frame is never a lost change.
 */
import type { Change, Ephemeral, WsFrame } from "../contract/shapes";
import { type Clock, retryDelay } from "./clock";
import { touch } from "./topics";

export type Net = "connecting" | "live" | "offline";

export interface ConnectionPorts {
  open(): WebSocket;
  receive(change: Change): void;
  passing(frame: Ephemeral): void;
  opened(): void;
  signedOut(): void;
  clock: Clock;
}

const PONG_WITHIN_MS = 5_000;
const TICK_MS = 5_000;
const SLEPT_AFTER_MS = 15_000;
const SILENT_AFTER_MS = 30_000;
const SIGNED_OUT = 4401;

export class Connection {
  net: Net = "connecting";
  /** When the next try is due; from the third on it is shown. */
  retryAt: number | null = null;
  failures = 0;
  private socket: WebSocket | null = null;
  private heard = 0;
  private ticked: number;
  private probing = false;
  private cancelRetry = () => {};
  private cancelTick = () => {};
  private readonly off: (() => void)[] = [];

  private readonly ports: ConnectionPorts;

  constructor(ports: ConnectionPorts) {
    this.ports = ports;
    this.ticked = ports.clock.now();
  }

  start(): void {
    this.listen(window, "online", () => this.wake());
    this.listen(window, "offline", () => this.lose());
    this.listen(window, "pageshow", () => this.wake());
    this.listen(document, "resume", () => this.wake());
    this.listen(document, "visibilitychange", () => {
      if (!document.hidden) this.wake();
    });
    this.tick();
    this.connect();
  }

  stop(): void {
    for (const off of this.off) off();
    this.cancelRetry();
    this.cancelTick();
    this.drop();
  }

  /** Something says that the world may have changed: find out now, not at the next try. */
  wake(): void {
    this.failures = 0;
    if (this.socket?.readyState === WebSocket.OPEN) this.probe();
    else this.connect();
  }

  /** The server wants us elsewhere in the feed. */
  reconnect(): void {
    this.drop();
    this.connect();
  }

  /** What may be lost is said only while somebody listens. */
  say(frame: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private connect(): void {
    this.cancelRetry();
    this.retryAt = null;
    this.drop();
    this.show("connecting");
    const socket = this.ports.open();
    this.socket = socket;
    socket.onopen = () => this.opened(socket);
    socket.onmessage = (event) => this.hear(socket, JSON.parse(String(event.data)));
    socket.onclose = (event) => {
      if (socket !== this.socket) return;
      if (event.code === SIGNED_OUT) this.ports.signedOut();
      else this.lose();
    };
  }

  private opened(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.heard = this.ports.clock.now();
    this.failures = 0;
    this.show("live");
    this.ports.opened();
  }

  private hear(socket: WebSocket, frame: WsFrame): void {
    if (socket !== this.socket) return;
    this.heard = this.ports.clock.now();
    this.probing = false;
    if (frame.type === "ping") socket.send(JSON.stringify({ type: "pong", t: frame.t }));
    else if (frame.type === "presence" || frame.type === "typing") this.ports.passing(frame);
    else if (frame.type !== "pong") this.ports.receive(frame);
  }

  /** Ping once; no sign of life in time, and the socket is dead, whatever it says of itself. */
  private probe(): void {
    const { socket } = this;
    if (!socket || this.probing || socket.readyState !== WebSocket.OPEN) return;
    this.probing = true;
    socket.send(JSON.stringify({ type: "ping", t: this.ports.clock.now() }));
    this.ports.clock.after(PONG_WITHIN_MS, () => {
      if (this.probing && socket === this.socket) this.lose();
    });
  }

  private lose(): void {
    this.drop();
    this.show("offline");
    const wait = retryDelay(this.failures++, this.ports.clock.random);
    this.retryAt = this.ports.clock.now() + wait;
    this.cancelRetry();
    this.cancelRetry = this.ports.clock.after(wait, () => this.connect());
  }

  private drop(): void {
    const { socket } = this;
    this.socket = null;
    this.probing = false;
    socket?.close();
  }

  private tick(): void {
    const now = this.ports.clock.now();
    const slept = now - this.ticked > TICK_MS + SLEPT_AFTER_MS;
    this.ticked = now;
    if (slept) this.wake();
    else if (now - this.heard > SILENT_AFTER_MS) this.probe();
    this.cancelTick = this.ports.clock.after(TICK_MS, () => this.tick());
  }

  private show(net: Net): void {
    // A short reconnection is nobody's business: it shows once it has failed.
    if (net === "connecting" && this.net === "offline" && this.failures > 0) return;
    this.net = net;
    touch("net");
  }

  private listen(target: EventTarget, event: string, run: () => void): void {
    target.addEventListener(event, run);
    this.off.push(() => target.removeEventListener(event, run));
  }
}
