/** Changes of users. */
import { UsageError } from "../exit";
import { didYouMean } from "../nearest";
import type { Editing } from "./editing";

const USERS = ["identity", "users"];

/** @throws UsageError for a user that exists, or a tier that does not */
export function addUser({ file, usersFile }: Editing, name: string, tier: string, existing: boolean): void {
    if (file.named(USERS, name) !== undefined || usersFile?.lines.has(name) === true) {
        throw new UsageError(`There is a user ${name} already; maas users move takes one to another tier.`);
    }
    file.add(USERS, { name, tier, ...(existing && { existing }) });
}

/** @throws UsageError for a user that does not exist */
export function moveUser(editing: Editing, name: string, tier: string): void {
    const { file, usersFile } = editing;
    const entry = file.named(USERS, name);
    if (entry !== undefined) {
        file.set(entry, "tier", tier);
    } else if (usersFile?.lines.has(name) === true) {
        usersFile.lines.move(name, tier);
    } else {
        throw unknownUser(editing, name);
    }
}

/** Removes a user wherever the settings name one. @throws UsageError for a user that does not exist */
export function removeUser(editing: Editing, name: string): void {
    const { file, usersFile } = editing;
    if (usersFile?.lines.has(name) === true) {
        usersFile.lines.remove(name);
    } else if (!file.drop(USERS, name, true)) {
        throw unknownUser(editing, name);
    }
    for (const group of ["readers", "admins"]) {
        const path = ["identity", group, "users"];
        if (file.drop(path, name) && file.items(path).length === 0) {
            file.delete(["identity", group]);
        }
    }
    file.names(["tiers"]).forEach((_, i) => file.drop(["tiers", String(i), "users"], name, true));
}

function unknownUser({ file }: Editing, name: string): UsageError {
    const known = file.names(USERS);
    return new UsageError(
        `There is no user ${name}; expected ${known.length === 0 ? "one of identity.users, which has none" : `one of ${known.slice(0, 20).join(", ")}`}.${didYouMean(name, known)}`,
    );
}
