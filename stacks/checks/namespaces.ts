/** Checks namespaces that the settings create: they must be new, and named only once. */
import { ownerOfNamespace } from "../../catalogue/namespaces";
import type { SettingsProblem } from "../problem";

/** A setting that names a namespace which the program creates. */
interface NamespaceUse {
    readonly path: string;
    readonly name: string;
    /** The usual name of the namespace of a product, which is valid here. */
    readonly usual?: string;
    /** Another check (openShiftAi.ts) reports duplicates. */
    readonly toldElsewhere?: boolean;
}

/**
 * Namespaces that belong to OpenShift, to an operator or to the platform, and such as two settings ask for. The API server
 * refuses a namespace that exists already, in the middle of a deployment. Settings that name an existing namespace
 * (`agents[].namespace`, `operators`, `vault.inCluster`, `database.existing`) are not concerned.
 *
 * @param given the value of `maas:settings`, which may not match the schema
 */
export function createdNamespaceProblems(given: unknown): SettingsProblem[] {
    const first = new Map<string, string>();
    return usesOf(given).flatMap(({ path, name, usual, toldElsewhere }): SettingsProblem[] => {
        const owner = name === usual ? undefined : ownerOfNamespace(name);
        if (owner !== undefined) {
            return [
                {
                    path,
                    message: `${JSON.stringify(name)} belongs to ${owner}, and this stack would create it; expected a namespace of its own`,
                },
            ];
        }
        const before = first.get(name);
        if (before === undefined) {
            first.set(name, path);
            return [];
        }
        return toldElsewhere === true
            ? []
            : [{ path, message: `${JSON.stringify(name)} is already at ${before}; expected another` }];
    });
}

function usesOf(given: unknown): NamespaceUse[] {
    const { modelsNamespace, litemaas, kueue, identity, openshiftAi } = given as {
        modelsNamespace?: unknown;
        litemaas?: { namespace?: unknown } | null;
        kueue?: { namespaces?: unknown } | null;
        openshiftAi?: { projects?: unknown } | null;
        identity?: {
            store?: unknown;
            externalSecrets?: { operator?: unknown; manifests?: unknown; namespace?: unknown } | null;
            vault?: { install?: { namespace?: unknown } | null } | null;
        } | null;
    };
    const chart = identity?.externalSecrets;
    const install = identity?.store === "vault" ? identity.vault?.install : undefined;
    const uses: readonly (Omit<NamespaceUse, "name"> & { readonly name: unknown })[] = [
        { path: "modelsNamespace", name: modelsNamespace },
        ...(typeof litemaas === "object" && litemaas !== null
            ? [
                  { path: "litemaas.namespace", name: litemaas.namespace ?? "litemaas" },
                  { path: "litemaas.namespace", name: `${String(litemaas.namespace ?? "litemaas")}-workshops` },
              ]
            : []),
        ...(Array.isArray(kueue?.namespaces) ? (kueue.namespaces as unknown[]) : []).map((name, i) => ({
            path: `kueue.namespaces[${i}]`,
            name,
            toldElsewhere: true,
        })),
        ...(Array.isArray(openshiftAi?.projects) ? (openshiftAi.projects as ({ name?: unknown } | null)[]) : []).map(
            (project, i) => ({
                path: `openshiftAi.projects[${i}].name`,
                name: project?.name,
            }),
        ),
        ...(chart?.operator === "community" && chart.manifests !== undefined
            ? [{ path: "identity.externalSecrets.namespace", name: chart.namespace, usual: "external-secrets" }]
            : []),
        { path: "identity.vault.install.namespace", name: install?.namespace, usual: "vault" },
    ];
    return uses.flatMap(({ name, ...rest }) => (typeof name === "string" ? [{ ...rest, name }] : []));
}
