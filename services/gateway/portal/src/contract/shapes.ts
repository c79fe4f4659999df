/** What the gateway says, by name: every other file takes its shapes from here, and they are generated. */
import type { components, paths } from "./api";

export type Schemas = components["schemas"];

export type Paths = paths;
export type Agent = Schemas["Agent"];
export type Bootstrap = Schemas["Bootstrap"];
export type Changes = Schemas["Changes"];
export type Contact = Schemas["Contact"];
export type Counterpart = Schemas["Counterpart"];
export type Conversation = Schemas["Conversation"];
export type ConversationPage = Schemas["ConversationPage"];
export type DeliveryReport = Schemas["DeliveryReport"];
export type Failure = Schemas["Failure"];
export type Limits = Schemas["Limits"];
export type Me = Schemas["Me"];
export type Message = Schemas["Message"];
export type MessageFile = Schemas["MessageFile"];
export type OwnNumber = Schemas["OwnNumber"];
export type Page = Schemas["ItemPage"];
export type Person = Schemas["Person"];
export type Phone = Schemas["Phone"];
export type Pill = Schemas["Pill"];
export type Problem = Schemas["Problem"];
export type Reader = Schemas["Reader"];
export type Recipients = Schemas["Recipients"];
export type Queue = Schemas["Queue"];
export type ScheduledMessage = Schemas["ScheduledMessage"];
export type Upload = Schemas["Upload"];
export type Waiting = Schemas["Waiting"];
export type WsFrame = Schemas["WsFrame"];
export type Item = Message | Pill;
/** A change has a place in the feed; what has none may be lost. */
export type Change = Extract<WsFrame, { sequence: number }>;
export type Passing = Exclude<WsFrame, Change>;
export type Ephemeral = Extract<Passing, { type: "presence" | "typing" }>;
