import type { HandOutStore, SecretsApi } from "./types";

/** Label of the Secrets of hand-outs; its value is the owner. */
export const OWNER_LABEL: string;

/** Name of the Secret of a workshop. */
export function secretName(workshop: string): string;

/** Keeps hand-outs in Secrets. */
export function secretStore(api: SecretsApi, owner: string): HandOutStore;
