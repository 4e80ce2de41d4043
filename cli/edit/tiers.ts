/** Changes of tiers. */
import { UsageError } from "../exit";
import { didYouMean } from "../nearest";
import type { Editing } from "./editing";

const TIERS = ["tiers"];

/** A limit as it is written on the command line: `20/2m`. */
export interface Limit {
    readonly limit: number;
    readonly window: string;
}

/** @throws UsageError for anything but `20/2m` */
export function limitOf(option: string, text: string): Limit {
    const [, limit, window] = /^(\d{1,12})\/([1-9]\d{0,4}[smh])$/.exec(text) ?? [];
    if (limit === undefined || window === undefined) {
        throw new UsageError(`${option} is ${JSON.stringify(text)}; expected a number and a window in s, m or h, such as 20/2m.`);
    }
    return { limit: Number(limit), window };
}

/** The fields of a tier to set; absent fields stay. */
export interface TierChange {
    readonly displayName?: string;
    /** null: none. */
    readonly requests?: Limit | null;
    readonly tokens?: readonly Limit[];
    readonly addModels?: readonly string[];
    readonly removeModels?: readonly string[];
}

/** @param before the tier that it comes before in the order of entitlement; absent: it is the last */
export function addTier({ file }: Editing, name: string, change: TierChange, before?: string): void {
    const known = file.names(TIERS);
    if (known.includes(name)) {
        throw new UsageError(`There is a tier ${name} already; maas tiers set changes it.`);
    }
    if (before !== undefined && !known.includes(before)) {
        throw new UsageError(`--before is ${before}; expected one of ${known.join(", ")}.${didYouMean(before, known)}`);
    }
    const { displayName, requests, tokens, addModels } = change;
    const tier = {
        name,
        ...(displayName !== undefined && { displayName }),
        models: addModels ?? [],
        ...(requests && { requests }),
        tokens: tokens ?? [],
    };
    file.add(TIERS, tier, before);
}

/** @throws UsageError for a tier that does not exist */
export function setTier({ file }: Editing, name: string, change: TierChange): void {
    const tier = file.named(TIERS, name) ?? unknown(file.names(TIERS), name);
    const models = ["tiers", String(file.names(TIERS).indexOf(name)), "models"];
    if (change.displayName !== undefined) {
        file.set(tier, "displayName", change.displayName);
    }
    if (change.requests !== undefined) {
        file.set(tier, "requests", change.requests ?? undefined);
    }
    if (change.tokens !== undefined) {
        file.set(tier, "tokens", change.tokens);
    }
    for (const model of change.addModels ?? []) {
        if (!file.names(models).includes(model)) {
            file.add(models, model);
        }
    }
    for (const model of change.removeModels ?? []) {
        if (!file.drop(models, model)) {
            throw new UsageError(
                `Tier ${name} has no model ${model}; it has ${file.names(models).join(", ")}.${didYouMean(model, file.names(models))}`,
            );
        }
    }
}

/** @param moveUsers the tier of its users from then on; absent: it has none */
export function removeTier({ file, usersFile }: Editing, name: string, moveUsers: string | undefined): void {
    const users = ["identity", "users"];
    if (!file.drop(TIERS, name)) {
        unknown(file.names(TIERS), name);
    }
    for (const user of file.names(users)) {
        const entry = file.named(users, user);
        if (moveUsers !== undefined && entry?.get("tier") === name) {
            file.set(entry, "tier", moveUsers);
        }
    }
    if (moveUsers !== undefined) {
        usersFile?.lines.moveAll(name, moveUsers);
    }
}

function unknown(known: readonly string[], name: string): never {
    throw new UsageError(
        `There is no tier ${name}; expected ${known.length === 0 ? "one of tiers, which has none" : `one of ${known.join(", ")}`}.${didYouMean(name, known)}`,
    );
}
