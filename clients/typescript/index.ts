// A client whose paths, bodies and answers are those of the OpenAPI document.
import createClient, { type ClientOptions } from "openapi-fetch";
import type { paths } from "./schema.d.ts";

export type { components, paths } from "./schema.d.ts";

/** A client of the API at `baseUrl`, such as "https://you.example.com". Send a token in `headers`. */
export const cryptouniverse = (options: ClientOptions) => createClient<paths>(options);
