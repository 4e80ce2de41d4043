/** A stack file with comments, from what was read and answered. */
import { Document, isMap, isSeq, type Node, type Pair, type Scalar, YAMLMap } from "yaml";

import type { Answers } from "./interview";
import type { Reading } from "./reading";

/** vCPU quotas of EC2, by their names in the settings. */
export type Quotas = Readonly<Record<string, number>>;

/** Values from which a stack file is written. */
export interface Parts {
    readonly reading: Reading;
    readonly answers: Answers;
    /** OLM packages that are installed and that the stack would install. */
    readonly existing: readonly string[];
    readonly quotas?: Quotas;
}

/** The settings alone. */
export function settingsFrom({ reading, answers, existing, quotas }: Parts): object {
    const { domain, region, infrastructureName, ami, zones } = reading;
    const { models, instanceType, tiers, users } = answers;
    const pool = instanceType.split(".")[0]!;
    const zone = zones[0];
    return {
        release: "3.4",
        cluster: {
            ...(domain !== undefined && { domain }),
            ...(region !== undefined && { region }),
            ...(infrastructureName !== undefined && { infrastructureName }),
            ...(ami !== undefined && { ami }),
            ...(zones.length > 0 && { zones: [...zones] }),
            ...(quotas !== undefined && { quotas }),
        },
        ...(existing.length > 0 && { operators: Object.fromEntries(existing.map((one) => [one, { existing: true }])) }),
        gpu: {
            pools: [
                answers.existing
                    ? {
                          name: pool,
                          instanceType,
                          replicas: models.length,
                          existing: { nodeSelector: { "node.kubernetes.io/instance-type": instanceType } },
                      }
                    : { name: pool, instanceType, ...(zone !== undefined && { zones: [zone] }), replicas: models.length },
            ],
        },
        models: models.map((model) => ({ name: model.replaceAll(".", "-"), model, pool })),
        tiers: tiers.map(({ name, requests, tokens }) => ({
            name,
            models: models.map((model) => model.replaceAll(".", "-")),
            requests,
            tokens: [tokens],
        })),
        ...(users.length > 0 && { identity: { store: "kubernetes", users: users.map((user) => ({ ...user })) } }),
    };
}

/** Comments of the sections. */
const COMMENTS: Readonly<Record<string, string>> = {
    release: " Release of OpenShift AI (docs/releases.md).",
    cluster: " Read from the cluster. A plan needs no cluster as long as they are here (docs/settings/cluster.md).",
    operators: " These operators were there: they are checked, used and never changed (docs/settings/operators.md).",
    gpu: " Nodes with GPUs (docs/settings/gpu.md).",
    models: " Models of docs/catalogue-models.md, or others by their source (docs/settings/models.md).",
    tiers: " In rising order of entitlement; limits hold for each user and model (docs/settings/tiers.md).",
    identity: " Passwords are in Secrets of the cluster, for a trial; in production they belong in Vault (docs/identity.md).",
};

/** The file, with a comment on each section. */
export function stackFile(parts: Parts): string {
    const document = new Document({ config: { "maas:settings": settingsFrom(parts) } });
    const settings = document.getIn(["config", "maas:settings"]) as YAMLMap<Scalar<string>, Node>;
    for (const pair of settings.items) {
        const comment = COMMENTS[pair.key.value];
        if (comment !== undefined) {
            pair.key.commentBefore = comment;
        }
        inLine(pair);
    }
    const { version, workers, gpuNodes } = parts.reading;
    const gpus = gpuNodes.map(({ instanceType, nodes }) => `${nodes} x ${instanceType}`).join(", ");
    const found = `OpenShift ${version ?? "of an unknown version"}, ${workers} workers, GPU nodes: ${gpus === "" ? "none" : gpus}.`;
    return `# yaml-language-server: $schema=./settings.schema.json\n# Written by maas init. The cluster: ${found}\n${document.toString({ lineWidth: 120 })}`;
}

/** Short lists and maps stand on one line, as in the stacks that ship. */
function inLine({ value }: Pair<Scalar<string>, Node>): void {
    const visit = (node: unknown, depth: number): void => {
        if (isSeq(node)) {
            node.flow = node.items.every((item) => !isMap(item) && !isSeq(item));
            node.items.forEach((item) => visit(item, depth + 1));
        } else if (isMap(node)) {
            node.items.forEach((pair) => visit(pair.value, depth + 1));
            node.flow = depth > 2 && node.items.length < 3;
        }
    };
    visit(value, 1);
}
