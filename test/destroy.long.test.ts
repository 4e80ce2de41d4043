/** Each stack as it ships is brought up and taken down: its own objects are gone, and none waits for a finalizer. */
import { readdirSync } from "node:fs";
import path from "node:path";

import { keysOfSecret } from "../catalogue/gitops/gitops";
import { hiddenIn } from "../cli/render/manifest";
import type { Cluster } from "../rehearsal/cluster/cluster";
import { ServedCluster } from "../rehearsal/cluster/served";
import type { PlannedResource } from "../rehearsal/result";
import { openSession } from "../simulator/rehearse";
import { errors } from "./rehearsed";

jest.setTimeout(120_000);

const root = path.join(__dirname, "..");
const stacks = readdirSync(path.join(root, "stacks")).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);

interface Identified {
    readonly kind: string;
    readonly metadata: { readonly namespace?: string; readonly name: string; readonly deletionTimestamp?: unknown };
}
const idOf = ({ kind, metadata: { namespace, name } }: Identified): string => [kind, namespace, name].filter(Boolean).join(" ");

/** A plan hides what Secrets hold: the keys that `maas render` asks for are those that the program writes. @returns Secrets with others */
async function wrongKeys(resources: readonly PlannedResource[], cluster: Cluster): Promise<unknown[]> {
    const secrets = resources.filter(({ inputs }) => inputs["kind"] === "Secret" && hiddenIn(inputs).length > 0);
    const compared = secrets.map(async ({ name: resource, type, inputs }) => {
        const { metadata } = inputs as unknown as Identified;
        const isPatch = type.endsWith("Patch");
        const asked = keysOfSecret({ resource, name: metadata.name, type: inputs["type"] as string | undefined, isPatch });
        const there = Object.keys(
            ((await cluster.get({ apiVersion: "v1", kind: "Secret", ...metadata }))?.["data"] ?? {}) as object,
        );
        const same = isPatch
            ? asked?.every((key) => there.includes(key))
            : [...(asked ?? [])].sort().join() === there.sort().join();
        return same === true ? [] : [[resource, asked, there]];
    });
    return (await Promise.all(compared)).flat();
}

it.each(stacks)("%s leaves none of its own objects, and none that is stuck", async (stack) => {
    const session = await openSession({ projectDir: root, stack });
    try {
        const up = await session.up();
        expect(await wrongKeys(up.resources, session.world.cluster)).toEqual([]);
        const down = await session.destroy();
        expect([errors(up), errors(down), down.succeeded]).toEqual([[], [], true]);
        expect(session.state.resources).toEqual([]);

        const cluster = session.world.cluster as ServedCluster;
        const left = (await Promise.all(cluster.servedKinds().map((k) => cluster.list(k.apiVersion, k.kind)))).flat();
        expect(left.filter((o) => o.metadata.deletionTimestamp !== undefined).map(idOf)).toEqual([]);
        // A patch goes without its object, and what is retained stays on purpose.
        const own = up.resources
            .filter(
                ({ type, options }) =>
                    type.startsWith("kubernetes:") && !type.endsWith("Patch") && options.retainOnDelete !== true,
            )
            .map(({ inputs }) => inputs as unknown as Identified)
            .filter((inputs) => inputs.metadata?.name !== undefined)
            .map(idOf);
        expect(own.length).toBeGreaterThan(20);
        const there = new Set(left.map(idOf));
        expect(own.filter((id) => there.has(id))).toEqual([]);
    } finally {
        await session.close();
    }
});
