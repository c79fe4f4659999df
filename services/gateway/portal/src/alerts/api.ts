/** Which browsers of mine the push service may wake: told to the gateway. */
import { client, once, told } from "../sync/gateway";

const PLACE = "/api/v1/push-subscriptions";

export interface Keys {
  p256dh: string;
  auth: string;
}

export const subscribeBrowser = (endpoint: string, keys: Keys) =>
  told(client.PUT(PLACE, { params: { header: once() }, body: { endpoint, keys } }));

export const unsubscribeBrowser = (endpoint: string) =>
  told(client.DELETE(PLACE, { params: { header: once() }, body: { endpoint } }));
