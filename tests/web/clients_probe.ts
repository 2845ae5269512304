// What a program in TypeScript does with the client: reads, writes, meets a refusal. Says it as JSON.
import { cryptouniverse } from "./index.ts";

declare const process: { env: Record<string, string | undefined> };

const headers = JSON.parse(process.env.PROBE_HEADERS ?? "{}");
const api = cryptouniverse({ baseUrl: process.env.PROBE_ADDRESS ?? "", headers });

const ping = await api.GET("/api/v1/health/ping");
const made = await api.POST("/api/v1/webhooks", {
  body: { url: "https://hooks.example.com/ts", events: ["credits.*"], description: "From TypeScript" },
});
const id = made.data?.id ?? "";
const read = await api.GET("/api/v1/webhooks/{webhook_id}", { params: { path: { webhook_id: id } } });
const page = await api.GET("/api/v1/webhooks", { params: { query: { limit: 1 } } });
const refused = await api.POST("/api/v1/webhooks", { body: { url: "https://10.0.0.1/", events: ["*"] } });

const secret: string | undefined = made.data?.secret;
console.log(
  JSON.stringify({
    ping: ping.response.status,
    made: made.response.status,
    secret: secret?.slice(0, 6),
    read: read.data?.description,
    page: page.data?.data.length,
    refused: refused.error?.code,
  }),
);
