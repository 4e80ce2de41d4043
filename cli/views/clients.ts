import { recordOf } from "../../catalogue/releases";
import { subscriptionOf } from "../../catalogue/tiers";
import { assistantModels } from "../../catalogue/workspaces/assistants";
import { clientsPage } from "../../catalogue/workspaces/clients";
import { KEY_VARIABLE } from "../../catalogue/workspaces/names";
import type { Plan } from "../../rehearsal/result";
import type { Settings } from "../../stacks/schema";
import type { Terminal } from "../terminal";

/**
 * Prints the settings of clients of OpenAI-compatible models for each tier, as Markdown.
 *
 * @returns whether the stack has tiers; if not, what to do is told
 */
export function printClients(out: Terminal, err: Terminal, { stack, outputs }: Plan, settings: Settings): boolean {
    const { url, models = {} } = outputs as { url?: string; models?: Readonly<Record<string, string>> };
    if (url === undefined || settings.tiers.length === 0) {
        err.line(`Stack ${stack} has no tiers, so nobody has a key for its models: set tiers (docs/settings/tiers.md).`);
        return false;
    }
    const authority = settings.gateway.issuer?.kind === "selfSigned";
    assistantModels(settings, models).forEach(([tier, served], i) => {
        const key = `export ${KEY_VARIABLE}=$(${credential(settings, stack, url, tier, authority)})`;
        const page = clientsPage(tier, served, { key, authority });
        [...(i === 0 ? [] : [""]), ...page.trimEnd().split("\n")].forEach((line) => out.line(line));
    });
    return true;
}

/** The command by which a user gets the credential for requests. */
function credential(
    { release }: Settings,
    stack: string,
    url: string,
    tier: Settings["tiers"][number],
    authority: boolean,
): string {
    return recordOf(release).governance === "subscriptions"
        ? `npx maas keys create ${stack} --name laptop --subscription ${subscriptionOf(tier)}`
        : `curl -s${authority ? " --cacert ca.crt" : ""} -X POST ${url}/maas-api/v1/tokens -H "Authorization: Bearer $(oc whoami -t)" -H 'Content-Type: application/json' -d '{"expiration": "4h"}' | jq -r .token`;
}
