/** A stack file with comments, from what was read and answered. */
import { Document, isMap, isSeq, type Node, type Pair, type Scalar, YAMLMap } from "yaml";

import { olderThan } from "../../catalogue/csv";
import { operatorEntry, type OperatorPackage } from "../../catalogue/operators";
import type { Answers } from "./interview";
import type { Reading } from "./reading";

/** vCPU quotas of EC2, by their names in the settings. */
export type Quotas = Readonly<Record<string, number>>;

/** Values from which a stack file is written. */
export interface Parts {
    readonly reading: Reading;
    readonly answers: Answers;
    /** OLM packages that are installed and that the stack would install. */
    readonly existing: readonly OperatorPackage[];
    readonly quotas?: Quotas;
    /** Context of the kubeconfig, where it is not the current one. */
    readonly context?: string;
    /** What whoever deploys should know of the GPU nodes. */
    readonly notes?: readonly string[];
}

/** The settings alone. */
export function settingsFrom({ reading, answers, existing, quotas, context }: Parts): object {
    const { domain, region, infrastructureName, ami, zones, operatorNamespaces, operatorVersions = {} } = reading;
    const { models, instanceType, tiers, users } = answers;
    const pool = instanceType.split(".")[0]!;
    const zone = zones[0];
    return {
        release: "3.4",
        cluster: {
            ...(context !== undefined && { context }),
            ...(domain !== undefined && { domain }),
            ...(region !== undefined && { region }),
            ...(infrastructureName !== undefined && { infrastructureName }),
            ...(ami !== undefined && { ami }),
            ...(zones.length > 0 && { zones: [...zones] }),
            ...(quotas !== undefined && { quotas }),
        },
        ...(existing.length > 0 && {
            operators: Object.fromEntries(
                existing.map((one) => [one, existingOperator(one, operatorNamespaces[one], operatorVersions[one])]),
            ),
        }),
        gpu: {
            pools: [
                answers.existing
                    ? {
                          name: pool,
                          instanceType,
                          replicas: reading.gpuNodes.find((one) => one.instanceType === instanceType)?.nodes ?? models.length,
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

/** An operator that is there; the catalogue's namespace need not be said, nor a version that is not newer than its pin: OLM does not go back. */
function existingOperator(of: OperatorPackage, namespace: string | undefined, installed: string | undefined): object {
    const { namespace: usual, csv: pin } = operatorEntry("3.4", of);
    const elsewhere = namespace !== undefined && namespace !== usual;
    const newer = installed !== undefined && pin !== undefined && olderThan(pin, installed);
    return { existing: true, ...(elsewhere && { namespace }), ...(newer && { csv: installed }) };
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
        const notes = pair.key.value === "gpu" ? (parts.notes ?? []).map((note) => ` ${note}`) : [];
        const comment = [COMMENTS[pair.key.value] ?? [], notes].flat().join("\n");
        if (comment !== "") {
            pair.key.commentBefore = comment;
        }
        inLine(pair);
    }
    const unread = parts.reading.unread.map(({ what }) => what).join(", ");
    const left = unread === "" ? "" : `# Not read, for want of rights: ${unread}. maas plan lists what is to be replaced.\n`;
    const gone = parts.reading.absent.map(({ what, why }) => `# Not there: ${what} (${why}).\n`).join("");
    const head = `# Written by maas init. The cluster: ${describedCluster(parts.reading)}.\n${left}${gone}`;
    return `# yaml-language-server: $schema=./settings.schema.json\n${head}${document.toString({ lineWidth: 120 })}`;
}

/** Version, workers and GPU nodes of a cluster, in words. @param place of it, said after the version */
export function describedCluster({ version, workers, gpuNodes, unread }: Reading, place = ""): string {
    const known = gpuNodes.map(({ instanceType, nodes }) => `${nodes} x ${instanceType}`).join(", ");
    const gpus = known !== "" ? known : unread.some(({ what }) => what === "nodes") ? "not read" : "none";
    return `OpenShift ${version ?? "of an unknown version"}${place}, ${workers ?? "unknown"} workers, GPU nodes: ${gpus}`;
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
