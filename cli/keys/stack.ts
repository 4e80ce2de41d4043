/** Parts that all commands about keys use. */
import type { Settings } from "../../stacks/schema";
import type { Context, Invocation } from "../command";
import { maasAccess } from "../maasApi/address";
import { MaasApi } from "../maasApi/client";
import { refuseTiers, settingsOfStack } from "../stackSettings";

/** A stack and its MaaS API. */
export interface StackKeys {
    readonly stack: string;
    readonly settings: Settings;
    readonly url: string;
    readonly api: MaasApi;
}

/**
 * @param does whether keys are changed: what is begun is ended then, also when the user interrupts it
 * @throws RefusalError for a release without keys that can be listed and revoked
 */
export async function keysOfStack(invocation: Invocation, context: Context, does: "reads" | "writes"): Promise<StackKeys> {
    const { stack, settings } = await settingsOfStack(invocation, context);
    refuseTiers(settings, stack, "whose tokens the API neither lists nor revokes one by one; keys exist from release 3.4 on");
    const access = await maasAccess(invocation, context, settings);
    return { stack, settings, url: access.url, api: new MaasApi(does === "reads" ? access : { ...access, signal: undefined }) };
}

/** Tells how many keys were read so far. */
export function tellRead({ err }: Context): (read: number) => void {
    return (read) => err.status([`${read} keys read`]);
}
