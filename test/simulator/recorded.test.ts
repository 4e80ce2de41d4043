/**
 * What the simulator makes of the plan of code-assistant equals what the real controllers made of it, but for what is listed here with
 * its reason. The recordings lie beside the products' CRDs (MAAS_CRDS); where they are not, that is said aloud.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { isMap } from "../../rehearsal/cluster/json";
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { REQUIRED } from "../rehearsal/apiserver/support";
import { openSession } from "../../simulator/rehearse";
import { errors } from "../rehearsed";
import { STALE } from "./stale";

jest.setTimeout(240_000);

const crds = process.env["MAAS_CRDS"] ?? "";
const folder = path.join(crds, "..", "facts", "recorded");
const there = crds !== "" && existsSync(folder);
if (!there) {
    process.stderr.write(
        `SKIPPED: recordings of real controllers: there is no folder ${crds === "" ? "(MAAS_CRDS is not set)" : folder}\n`,
    );
}
/** Where recordings lie beside required CRDs, a missing one fails. */
const describeRecorded = there ? describe : describe.skip;
it("the recordings are beside the CRDs, where both are required", () => {
    expect(REQUIRED && crds !== "" && existsSync(path.join(folder, "..")) && !there).toBe(false);
});

function recorded(file: string): KubeObject[] {
    return (JSON.parse(readFileSync(path.join(folder, file), "utf8")) as { items: KubeObject[] }).items;
}

/** Each value of an object by its path. Conditions are told apart by their type. */
function leaves(value: unknown, at = ""): [string, unknown][] {
    if (Array.isArray(value)) {
        return value.length === 0
            ? [[at, "[]"]]
            : value.flatMap((item, i) =>
                  leaves(item, `${at}[${at.endsWith("conditions") ? (item as { type: string }).type : i}]`),
              );
    }
    if (isMap(value)) {
        const entries = Object.entries(value);
        return entries.length === 0 ? [[at, "{}"]] : entries.flatMap(([key, item]) => leaves(item, `${at}/${key}`));
    }
    return [[at, value]];
}

/** Where the two may differ, and why. */
const differ: readonly (readonly [path: RegExp, why: string])[] = [
    [/\/opa\/rego$/, "the program of the product; ours says in words what it decides"],
    [/\/cache\/key\/selector$/, "the product's expression; ours names what it consists of"],
    [/\/http\/body\/expression$/, "likewise"],
    [/^\/metadata\/(generation|uid|resourceVersion|creationTimestamp|managedFields.*)$/, "of the run"],
    [/^\/metadata\/ownerReferences\[\d\]\/uid$/, "of the run"],
    [/\/lastTransitionTime$/, "of the run"],
    [/^\/metadata\/annotations\/pulumi\.com\/.*/, "the tiers are waited for in another way since"],
    [/^\/spec\/.*/, "what we ask for: compared by the conformance of plans"],
];
/** The generated policies are all spec: nothing of it is left out but what is listed. */
const generatedDiffer: typeof differ = [
    ...differ.filter(([, why]) => !why.startsWith("what we ask for")),
    [/^\/status\//, "Kuadrant's, and not recorded"],
];

function differences(ours: KubeObject | undefined, real: KubeObject, allowed: typeof differ): string[] {
    const mine = new Map(leaves(ours));
    const theirs = new Map(leaves(real));
    return [...new Set([...mine.keys(), ...theirs.keys()])]
        .filter((at) => !allowed.some(([pattern]) => pattern.test(at)) && mine.get(at) !== theirs.get(at))
        .map(
            (at) =>
                `${real.kind} ${real.metadata.name} ${at}: ${JSON.stringify(mine.get(at))}, recorded ${JSON.stringify(theirs.get(at))}`,
        );
}

describeRecorded("of maas-controller of 3.4, with code-assistant", () => {
    it("generated policies and statuses are the recorded ones", async () => {
        const session = await openSession({ projectDir: path.join(__dirname, "../.."), stack: "code-assistant" });
        const up = await session.up();
        expect([errors(up), up.succeeded]).toEqual([[], true]);
        const found = async ({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): Promise<KubeObject | undefined> =>
            session.world.cluster.get({ apiVersion, kind, name, ...(namespace !== undefined && { namespace }) });
        const told: string[] = [];
        const policies = recorded("maas-controller-3.4-code-assistant.json");
        const statuses = recorded("statuses-3.4-code-assistant.json").filter(({ status }) => status?.phase === "Active");
        expect([policies.length, statuses.length].every((count) => count > 0)).toBe(true);
        for (const real of policies) {
            told.push(...differences(await found(real), real, generatedDiffer));
        }
        // One was recorded as it is left when nobody heals it: the race of its controller, which another test plays.
        for (const real of statuses) {
            told.push(...differences(await found(real), real, differ));
        }
        await session.close();
        expect(told).toEqual([]);
    });

    it("a status that nobody healed is recorded as it is played", () => {
        const stale = recorded("statuses-3.4-code-assistant.json").filter(({ status }) => status?.phase !== "Active");
        expect(stale).toHaveLength(1);
        expect(stale[0]!.status).toMatchObject(STALE);
    });
});
