/** Replaces a key by a new one; the old one is revoked once the new one works. */
import { setTimeout as sleep } from "node:timers/promises";

import { RefusalError, UnfinishedError } from "../exit";
import type { ApiKey, CreatedKey, MaasApi } from "../maasApi/client";
import { MaasApiError } from "../maasApi/refusals";
import type { UnderWay } from "../underWay";

/** The settings of a rotation. */
export interface RotateArgs {
    readonly id: string;
    /** Default: as long as the old one was made for. */
    readonly expiresIn?: string | undefined;
    /** Leaves the old key in force. */
    readonly keepOld: boolean;
    /**
     * Called with the new key as soon as it works, before the old one is revoked. It is the only way to see it.
     *
     * @returns whether somebody can have seen it; the rotation is undone otherwise
     */
    readonly onWorks: (key: CreatedKey) => Promise<boolean>;
    /** Attempts to use the new key, a second apart: caches of the gateway may be a minute old. Default 60. */
    readonly attempts?: number;
    readonly secondsBetween?: number;
    /** Once it is aborted, the new key is revoked unless it works already. */
    readonly signal: AbortSignal;
    readonly underWay: UnderWay;
    /** Called with the id of the new key before each attempt but the first. */
    readonly onWait?: (id: string) => void;
}

/** Result of a rotation. */
export interface Rotated {
    readonly old: ApiKey;
    readonly created: Omit<CreatedKey, "key">;
    readonly oldRevoked: boolean;
}

/**
 * @throws RefusalError when there is no such active key, when it is somebody else's, and when the new key does not work; the new
 * one is revoked then, and the old one left in force
 */
export async function rotate(api: MaasApi, args: RotateArgs): Promise<Rotated> {
    let left = "";
    const known = args.underWay.begin(() => left);
    try {
        return await rotated(api, args, (words) => (left = words));
    } finally {
        known();
    }
}

/** @param leaves told what is left behind if the process ends before the next step has */
async function rotated(api: MaasApi, args: RotateArgs, leaves: (words: string) => void): Promise<Rotated> {
    const { id, expiresIn, keepOld, onWorks, attempts = 60, secondsBetween = 1, signal, onWait } = args;
    leaves(`Nothing was changed: the key ${id} stays in force.`);
    const old = await api.read(id);
    if (old === undefined) {
        throw new RefusalError(`There is no key ${id} that you may see: maas keys list lists yours.`);
    }
    if (old.status !== "active") {
        throw new RefusalError(`The key ${id} is ${old.status}: create a new one with maas keys create.`);
    }
    if (signal.aborted) {
        throw new UnfinishedError("Interrupted before a key was created; the old key stays in force.");
    }
    leaves(
        `It is unknown whether a new key ${old.name} was created: maas keys list shows it, maas keys revoke revokes it. The old key stays in force.`,
    );
    const { key, ...created } = await api
        .create({
            name: old.name,
            description: old.description,
            subscription: old.subscription,
            expiresIn: expiresIn ?? lifetimeOf(old),
            ephemeral: old.ephemeral,
        })
        .catch((error: unknown) => {
            throw error instanceof MaasApiError && error.status === 400
                ? new RefusalError(
                      `${error.message}; the key belongs to ${old.username}, and no user can create a key for another. The old key stays in force.`,
                  )
                : error;
        });
    leaves(
        `The new key ${created.id} is in force and nobody has it: maas keys revoke --id ${created.id} --yes revokes it. The old key stays in force.`,
    );
    const undo = async (why: string): Promise<never> => {
        const undone = await api.revoke(created.id).then(
            () => `the new one (${created.id}) was revoked`,
            () => `the new one is still in force: maas keys revoke --id ${created.id} --yes`,
        );
        throw new UnfinishedError(`${why}; the old key stays in force, ${undone}.`);
    };
    const owner = await api.read(created.id).catch(() => undefined);
    if (owner !== undefined && owner.username !== old.username) {
        return undo(
            `The key ${id} belongs to ${old.username}, and a new one would belong to ${owner.username}: no user can create a key for another`,
        );
    }
    for (let attempt = 1; !(await api.accepts(key).catch(async (error: Error) => undo(error.message))); attempt++) {
        if (signal.aborted) {
            return undo("Interrupted");
        }
        if (attempt >= attempts) {
            return undo(`The new key is not accepted after ${attempts} attempts`);
        }
        onWait?.(created.id);
        await sleep(secondsBetween * 1000);
    }
    const seen = await onWorks({ key, ...created }).catch((error: Error) => {
        throw new UnfinishedError(`${error.message}. The old key stays in force: maas keys revoke --id ${id} --yes revokes it.`);
    });
    if (!seen) {
        return undo("Nobody reads standard output any more, so nobody has the new key");
    }
    leaves(`The new key works. It is unknown whether the old one was revoked: maas keys revoke --id ${id} --yes revokes it.`);
    if (!keepOld) {
        await api.revoke(id).catch((error: Error) => {
            throw new UnfinishedError(
                `The new key works, but the old one is still in force: ${error.message}. To revoke it: maas keys revoke --id ${id} --yes`,
            );
        });
    }
    return { old, created, oldRevoked: !keepOld };
}

/** The lifetime that a key was made for, as a Go duration; undefined for one without an end. */
function lifetimeOf({ creationDate, expirationDate }: ApiKey): string | undefined {
    const seconds = (Date.parse(expirationDate ?? "") - Date.parse(creationDate ?? "")) / 1000;
    return seconds >= 1 ? `${Math.floor(seconds)}s` : undefined;
}
