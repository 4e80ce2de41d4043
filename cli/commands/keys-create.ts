import type { Command } from "../command";
import { Exit, UnfinishedError, UsageError } from "../exit";
import type { MaasApi } from "../maasApi/client";
import { expiresOf, expiresOption, keyOptions, keyOutput, refuseTooLong } from "../keys/show";
import { asks, gatewayAccess, gatewayOptions } from "../maasApi/address";
import { writeJson } from "../output";
import { stackArgument } from "../stackArgument";

const NAME_LENGTH = 128;

export const command: Command = {
    summary: "Create an API key for yourself, and show it once",
    description: `The key belongs to the caller: no user can create a key for another. Standard output contains only the key, so that
KEY=$(maas keys create dev --name laptop) works; it is shown once and stored nowhere.
Requires the login of a user of a tier: the token of the kubeconfig (oc login), or MAAS_TOKEN.
Never sends a request for a key twice. If it is unknown whether the first one succeeded, the command says so.`,
    arguments: [stackArgument],
    options: {
        name: { type: "text", value: "NAME", help: "name of the key in lists" },
        description: { type: "text", value: "TEXT", help: "what it is for (default: none)" },
        subscription: {
            type: "text",
            value: "TIER",
            help: "the tier that it is for (default: the highest that you belong to)",
        },
        ...expiresOption,
        ...keyOptions,
        ...gatewayOptions,
    },
    access: [
        ...gatewayAccess,
        asks("reads", "config", "--expires is given"),
        asks("writes", "create"),
        { does: "writes", what: "the key, to standard output or to the file of --key-file", rights: "the file" },
    ],
    async run(invocation, context) {
        const name = invocation.text("name")?.trim() ?? "";
        if (name === "" || [...name].length > NAME_LENGTH || /\p{Cc}/u.test(name)) {
            throw new UsageError(
                `maas keys create needs --name: 1 to ${NAME_LENGTH} characters without control characters, by which lists show the key.`,
            );
        }
        const expires = expiresOf(invocation);
        const show = keyOutput(invocation, context);
        const { keysOfStack } = await import("../keys/stack");
        const { stack, url, api } = await keysOfStack(invocation, context, "writes");
        if (expires !== undefined) {
            refuseTooLong(expires, await api.longestDays());
        }
        const known = context.underWay.begin(
            () => `It is unknown whether the key ${name} was created: maas keys list shows it, maas keys revoke revokes it.`,
        );
        const { key, ...created } = await api
            .create({
                name,
                description: invocation.text("description"),
                subscription: invocation.text("subscription"),
                expiresIn: expires,
            })
            .finally(known);
        if (!(await show(key))) {
            await unseen(created.id, api);
        }
        context.err.line(
            `Created ${created.id} of subscription ${created.subscription}${created.expiresAt === undefined ? "" : `, until ${created.expiresAt}`}. The key is not shown again.`,
        );
        writeJson(invocation, context, { stack, url, created });
        return Exit.fine;
    },
};

/** A key that nobody has is of no use. @throws UnfinishedError */
async function unseen(id: string, api: MaasApi): Promise<never> {
    const what = await api.revoke(id).then(
        () => "was revoked",
        () => `is still in force: maas keys revoke --id ${id} --yes`,
    );
    throw new UnfinishedError(`Nobody reads standard output any more, so nobody has the key: ${id} ${what}.`);
}
