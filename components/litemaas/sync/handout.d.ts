import type { HandOutStore, SecretsApi } from "./types";

/** Label of the Secrets of hand-outs; its value is the owner. */
export const OWNER_LABEL: string;

/** Name of the Secret of a workshop. */
export function secretName(workshop: string): string;

/** Keeps hand-outs in Secrets. */
export function secretStore(api: SecretsApi, owner: string): HandOutStore;

/** Secrets of a namespace, as the Kubernetes API has them. @param options as of the requests, with a token that is read anew each time */
export function secretsApi(
    namespace: string,
    options: {
        readonly base: string;
        readonly token: () => string;
        readonly ca?: string | undefined;
        readonly timeoutSeconds?: number;
    },
): SecretsApi;
