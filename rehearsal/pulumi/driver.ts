/**
 * Drives the real engine through Pulumi's Automation API, in a process of its own: everything that the engine starts
 * is then in one session, which can be ended as a whole.
 */
import * as path from "node:path";

import type { Stack } from "@pulumi/pulumi/automation";

import type { Act, FromDriver, Start, StateResource, ToDriver } from "./protocol";

function tell(message: FromDriver): void {
    process.send?.(message);
}

async function open({ command, project, stack }: Start): Promise<Stack> {
    // The command's own folder comes first: the language host lies beside it.
    process.env["PATH"] = `${path.dirname(command)}${path.delimiter}${process.env["PATH"] ?? ""}`;
    const { LocalWorkspace, Stack: Stacks } = await import("@pulumi/pulumi/automation");
    const workspace = await LocalWorkspace.create({ workDir: project, secretsProvider: "passphrase" });
    return Stacks.create(stack, workspace);
}

async function act(stack: Stack, { action, policyPack, policyConfig, runProgram, continueOnError }: Act): Promise<void> {
    const packs =
        policyPack === undefined
            ? {}
            : { policyPacks: [policyPack], ...(policyConfig !== undefined && { policyPackConfigs: [policyConfig] }) };
    const common = {
        color: "never" as const,
        suppressProgress: true,
        onEvent: (event: Parameters<typeof hear>[0]) => hear(event),
    };
    let error: string | undefined;
    try {
        if (action === "preview") {
            await stack.preview({ ...common, ...packs });
        } else if (action === "up") {
            await stack.up({ ...common, ...packs, ...(continueOnError === true && { continueOnError }) });
        } else {
            await stack.destroy({ ...common, ...(runProgram === true && { runProgram }) });
        }
    } catch (e) {
        error = (e as Error).message;
    }
    const exported = (await stack.exportStack()) as { deployment?: { resources?: StateResource[] } };
    const outputs = await stack.outputs();
    tell({
        kind: "done",
        ...(error !== undefined && { error }),
        resources: exported.deployment?.resources ?? [],
        outputs: Object.fromEntries(
            Object.entries(outputs).map(([name, { value, secret }]) => [name, secret ? "[secret]" : (value as unknown)]),
        ),
    });
}

function hear(event: Extract<FromDriver, { kind: "event" }>["event"]): void {
    tell({ kind: "event", event });
}

let stack: Promise<Stack> | undefined;
process.on("message", (message: ToDriver) => {
    const work =
        message.kind === "start"
            ? (stack = open(message)).then(() => tell({ kind: "ready" }))
            : stack!.then((s) => act(s, message));
    work.catch((e: Error) => tell({ kind: "broken", message: e.message }));
});
// Nobody is left to report to.
process.on("disconnect", () => process.exit(1));
