/** The words of calls and video, in English. */
export const en = {
  call: "Call",
  video: "Start video",
  callingYou: (name: string) => `Calling your phone, then ${name}…`,
  callingThem: (name: string) => `Calling ${name}…`,
  connected: (name: string) => `Connected with ${name}`,
  ended: (name: string) => `Call with ${name} ended`,
  failed: (name: string) => `The call to ${name} failed`,
  away: "The phone system cannot be reached.",
  videoAt: (url: string) => `Video: ${url}`,
  noVideo: "The video could not be started.",
};

export type Words = typeof en;
