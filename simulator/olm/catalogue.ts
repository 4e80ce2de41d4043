import { registeredKinds } from "../../kinds/kind";
import data from "../data/operators.json";

/** A way in which an operator may be told where to watch. */
export type InstallMode = "OwnNamespace" | "SingleNamespace" | "MultiNamespace" | "AllNamespaces";

/** A CustomResourceDefinition that an operator brings. */
export interface CatalogueDefinition {
    readonly name: string;
    readonly kind: string;
    readonly versions: readonly string[];
    readonly scope: string;
    /** The operand with which it comes; absent: it comes with the CSV. */
    readonly stage?: string;
}

/** An operator as the catalogues of a cluster offer it. */
export interface CataloguePackage {
    readonly catalog: string;
    readonly defaultChannel: string;
    /** CSV names by channel, in the order of upgrades; the last is the head. */
    readonly channels: Readonly<Record<string, readonly string[]>>;
    readonly modes: readonly InstallMode[];
    /** Packages that OLM installs with it. */
    readonly requires: readonly string[];
    readonly deployments: readonly string[];
    /** The name under which its definitions are published, where that is another. */
    readonly crdsOf?: string;
    readonly crds: readonly CatalogueDefinition[];
}

const packages = data.packages as unknown as Readonly<Record<string, CataloguePackage>>;
const packageOfCsv = new Map<string, string>();
for (const [name, { channels }] of Object.entries(packages)) {
    for (const csv of Object.values(channels).flat()) {
        packageOfCsv.set(csv, name);
    }
}

const listedDefinitions = new Set(Object.values(packages).flatMap(({ crds }) => crds.map((crd) => crd.name)));

/** Names of all packages that can be installed. */
export function packageNames(): string[] {
    return Object.keys(packages);
}

/** A package by name; undefined when no catalogue has it. */
export function findPackage(name: string): CataloguePackage | undefined {
    return Object.hasOwn(packages, name) ? packages[name] : undefined;
}

/** The package that a CSV belongs to, also one whose version the catalogue does not list. */
export function packageOf(csv: string): string | undefined {
    const known = packageOfCsv.get(csv);
    if (known !== undefined) {
        return known;
    }
    const stem = csv.split(".")[0]!;
    return [...packageOfCsv].find(([name]) => name.split(".")[0] === stem)?.[1];
}

/** Names of all definitions that operators bring. */
export function definitionNames(): string[] {
    return [...listedDefinitions];
}

/** `v1.3.4` of `rhcl-operator.v1.3.4`, without the `v`. */
export function versionOf(csv: string): string {
    return csv.slice(csv.indexOf(".") + 1).replace(/^v/, "");
}

/**
 * The definitions of a package at one stage, with those of `kinds/` that the catalogue does not list.
 *
 * @param stage absent: those that come with the CSV
 */
export function definitionsOf(name: string, stage?: string): CatalogueDefinition[] {
    const listed = (findPackage(name)?.crds ?? []).filter((crd) => crd.stage === stage);
    if (stage !== undefined) {
        return listed;
    }
    const ours = new Map<string, CatalogueDefinition>();
    for (const { operator, apiVersion, kind, plural, scope } of registeredKinds().values()) {
        const [group = "", version = ""] = apiVersion.split("/");
        const crd = `${plural}.${group}`;
        if (operator === name && !listedDefinitions.has(crd)) {
            ours.set(crd, { name: crd, kind, versions: [...(ours.get(crd)?.versions ?? []), version], scope });
        }
    }
    return [...listed, ...ours.values()];
}

/** A definition that accepts every body: what there is when nobody brings the product's own. */
export function permissiveDefinition({ name, kind, versions, scope }: CatalogueDefinition): object {
    const [plural = "", ...group] = name.split(".");
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name },
        spec: {
            group: group.join("."),
            names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
            scope,
            versions: versions.map((version, i) => ({
                name: version,
                served: true,
                storage: i === versions.length - 1,
                schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
                subresources: { status: {} },
            })),
        },
    };
}
