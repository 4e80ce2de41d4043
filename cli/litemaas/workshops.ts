/** The workshops that a command is about: those of a stack, or the one that a catalog item orders. */
import { readFileSync } from "node:fs";
import * as path from "node:path";

import { desiredState, workshopOf } from "../../components/litemaas/sync/desired";
import type { DesiredState } from "../../components/litemaas/sync/types";
import type { Context, Invocation } from "../command";
import { RefusalError, UsageError } from "../exit";
import { unknownName } from "../../stacks/checks/entries";
import { catalogWorkshop } from "./catalog";
import type { LitemaasStack } from "./stack";

/** Marks what the stack itself has made. */
export const OWNER = "litemaas";

/**
 * The desired state, as far as workshops need it. What a catalog item orders has an owner of its own: the stack's Job leaves it
 * alone until its keys expire.
 *
 * @throws UsageError, RefusalError for a file that is none, or for models that the proxy does not offer
 */
export function workshopState(
    invocation: Invocation,
    { cwd }: Pick<Context, "cwd">,
    { settings, litemaas, stack }: LitemaasStack,
): DesiredState {
    const file = invocation.text("catalog");
    const guid = invocation.text("guid");
    if (file === undefined && guid !== undefined) {
        throw new UsageError("--guid needs --catalog: it is the id of an order.");
    }
    const workshop = file === undefined ? undefined : catalogWorkshop(readFileSync(path.resolve(cwd, file), "utf8"), file, guid);
    if (workshop !== undefined) {
        const offered = [...litemaas.models.map(({ name }) => name), ...settings.predictive.map(({ name }) => name)];
        const unknown = workshop.models.filter((name) => !offered.includes(name));
        if (unknown.length > 0) {
            throw new RefusalError(
                [`Stack ${stack} does not offer what ${file!} asks for:`]
                    .concat(unknown.map((name) => `  ${unknownName(name, "model of LiteMaaS", [...new Set(offered)])}`))
                    .join("\n"),
            );
        }
    }
    const none = (name: string): never => {
        throw new Error(`no address of ${name}`);
    };
    const state = desiredState({
        owner: workshop === undefined ? OWNER : `${OWNER}.${workshop.name}`,
        proxyUrl: "",
        publicUrl: `https://${litemaas.proxy.host}.${settings.cluster.domain ?? "<domain>"}`,
        handoutNamespace: `${litemaas.namespace}-workshops`,
        models: [],
        workshops: workshop === undefined ? litemaas.workshops : [],
        predictiveUrl: none,
        modelUrl: none,
    });
    return workshop === undefined ? state : { ...state, workshops: [workshopOf(workshop)] };
}
