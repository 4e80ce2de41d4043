import type { Command } from "../command";
import { Exit, UsageError } from "../exit";
import { expiresOf, expiresOption, keyOptions, keyOutput } from "../keys/show";
import { asks, gatewayAccess, gatewayOptions } from "../maasApi/address";
import { writeJson } from "../output";
import { stackArgument } from "../stackArgument";

export const command: Command = {
    summary: "Replace one of your API keys with a new one, without an interruption",
    description: `Creates a key of the same name, subscription and lifetime, waits until the gateway accepts it, shows it once, and revokes the old one.
If the gateway does not accept the new key, revokes it and keeps the old one. Standard output contains only the new key.`,
    arguments: [stackArgument],
    options: {
        id: { type: "text", value: "ID", help: "the key that is replaced (maas keys list)" },
        "keep-old": { type: "flag", help: "do not revoke the old key: revoke it once its users have the new one" },
        expires: { ...expiresOption.expires, help: "lifetime of the new key: 30d, 12h (default: that of the old one)" },
        ...keyOptions,
        ...gatewayOptions,
    },
    access: [
        ...gatewayAccess,
        asks("reads", "read"),
        asks("writes", "create"),
        asks("reads", "models"),
        asks("writes", "revoke", "without --keep-old"),
        { does: "writes", what: "the key, to standard output or to the file of --key-file", rights: "the file" },
    ],
    async run(invocation, context) {
        const id = invocation.text("id");
        if (id === undefined) {
            throw new UsageError("maas keys rotate needs --id: the key that is replaced (maas keys list).");
        }
        const expiresIn = expiresOf(invocation);
        const show = keyOutput(invocation, context);
        const keepOld = invocation.flag("keep-old");
        const { keysOfStack } = await import("../keys/stack");
        const { rotate } = await import("../keys/rotate");
        const { stack, url, api } = await keysOfStack(invocation, context, "writes");
        const { err, signal, underWay } = context;
        const rotated = await rotate(api, {
            ...{ id, expiresIn, keepOld, signal, underWay },
            onWait: (made) => err.status([`waiting until the gateway accepts the new key ${made}`]),
            onWorks: ({ key }) => {
                err.status([]);
                return show(key);
            },
        });
        const { created, oldRevoked } = rotated;
        err.line(
            `${created.id} of subscription ${created.subscription} works and is not shown again. ${oldRevoked ? `${id} is revoked.` : `${id} is in force: maas keys revoke ${stack} --id ${id} --yes revokes it.`}`,
        );
        writeJson(invocation, context, { stack, url, ...rotated });
        return Exit.fine;
    },
};
